import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { findElectron, type Surroundings } from '#main/electron/find-electron.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  const install = vi.fn<Surroundings['install']>(() => false)
  return {
    environment: { DISPLAY: ':0' },
    platform: 'linux',
    packageDir: temporaryFolder(),
    install,
    ...changes,
  }
}

function putBinary(folder: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'electron'), '')
  return join(folder, 'electron')
}

it('takes the binary of the package, and fetches nothing then', () => {
  const here = surroundings()
  const binary = putBinary(join(here.packageDir, 'dist'))
  expect(findElectron(here)).toEqual({ binary })
  expect(here.install).not.toHaveBeenCalled()
})

it('takes the binary from where the environment says', () => {
  const folder = temporaryFolder()
  const binary = putBinary(folder)
  const environment = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: folder }
  expect(findElectron(surroundings({ environment }))).toEqual({ binary })
})

it('has the package fetch a missing binary once', () => {
  const install = vi.fn<Surroundings['install']>((packageDir) => putBinary(join(packageDir, 'dist')) !== '')
  const here = surroundings({ install })
  expect(findElectron(here)).toEqual({ binary: join(here.packageDir, 'dist', 'electron') })
  expect(install).toHaveBeenCalledTimes(1)
})

it('says why there is none', () => {
  expect(findElectron(surroundings())).toEqual({ reason: expect.stringContaining('cannot be fetched') })
  expect(findElectron(surroundings({ environment: {} }))).toEqual({ reason: 'this machine has no display' })
  const packageDir = join(temporaryFolder(), 'nothing')
  expect(findElectron(surroundings({ packageDir }))).toEqual({
    reason: expect.stringContaining('not installed'),
  })
})
