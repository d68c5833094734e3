import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { extractAll, listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { build, Platform } from 'electron-builder'
import { beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '#main/package-root.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { buildWindow } from './e2e/build-window.ts'
import { runWorker } from './fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from './fixtures/small-run.ts'
import { folderForAll } from './fixtures/temporary-folder.ts'

const root = folderForAll()

/** What follows it in Electron's binary: a version, the number of fuses, and a digit a fuse. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** A folder that electron-builder takes for Electron's: the binary is nothing but its fuses as Electron ships them. */
function writeFakeElectron(): string {
  const folder = join(root, 'electron')
  mkdirSync(join(folder, 'resources'), { recursive: true })
  const shipped = '101100111'
  writeFileSync(
    join(folder, 'electron'),
    `\x7fELF ${fuseSentinel}\x01${String.fromCharCode(shipped.length)}${shipped} end`,
  )
  chmodSync(join(folder, 'electron'), 0o755)
  writeFileSync(join(folder, 'LICENSE'), 'MIT')
  writeFileSync(join(folder, 'version'), '45.0.0')
  return folder
}

const packed = join(root, 'release', 'linux-unpacked')
const archive = join(packed, 'resources', 'app.asar')
let files: string[]

describe.skipIf(process.platform !== 'linux')('the packaged application', () => {
  beforeAll(async () => {
    await buildWindow('application')
    await build({
      targets: Platform.LINUX.createTarget('dir'),
      projectDir: packageRoot,
      config: { electronDist: writeFakeElectron(), directories: { output: join(root, 'release') } },
    })
    files = listPackage(archive, { isPack: true })
  })

  it('cannot be used as Node, debugged, or made to load other code', async () => {
    const {
      version: _version,
      resetAdHocDarwinSignature: _reset,
      ...fuses
    } = await getCurrentFuseWire(join(packed, 'shapwright'))
    expect(fuses).toMatchObject({
      [FuseV1Options.RunAsNode]: FuseState.DISABLE,
      [FuseV1Options.EnableCookieEncryption]: FuseState.ENABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
    })
  })

  it('holds the built program and its licences, and no sources, maps, tests or tools', () => {
    const own = files
      .filter((file) => !file.includes('/node_modules'))
      .map((file) => file.replace(/^(un)?pack\s*:\s*/, ''))
    for (const needed of [
      '/out/main/electron.js',
      '/out/main/shapwright-worker.js',
      '/out/preload/preload.cjs',
      '/out/renderer/index.html',
      '/out/renderer/third-party-notices.md',
      '/resources/presets/demo.json',
      '/LICENSE',
    ])
      expect(own).toContain(needed)
    expect(own.filter((file) => /\.(ts|vue|map)$|\.env|\/test\//.test(file))).toEqual([])
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([])
    const tools = ['electron-builder', 'vitest', 'typescript', 'vite', 'playwright-core', 'node', 'electron']
    for (const tool of tools) expect(files.some((file) => file.endsWith(`/node_modules/${tool}`))).toBe(false)
  })

  it('leaves outside the archive what the operating system loads, for this system alone', () => {
    const natives = files.filter((file) => /\.(node|so|dll|dylib)(\.[\d.]+)?$/.test(file))
    expect(natives.length).toBeGreaterThan(3)
    expect(natives.filter((file) => !file.startsWith('unpack'))).toEqual([])
    const foreign = natives.filter((file) => /onnxruntime.*\/(darwin|win32)\//.test(file))
    expect(foreign).toEqual([])
  })

  it('brings the pictures of the built-in data, and of the icons one style only', () => {
    const icons = files.filter((file) => file.includes('/@phosphor-icons/core/assets/'))
    expect(icons.some((file) => file.endsWith('/assets/regular/acorn.svg'))).toBe(true)
    expect(icons.filter((file) => /\/assets\/(?!regular).*\.svg$/.test(file))).toEqual([])
    expect(files.some((file) => file.endsWith('/@phosphor-icons/core/dist/index.mjs'))).toBe(true)
  })

  it('searches with nothing but what it brings', async () => {
    const folder = join(root, 'extracted')
    extractAll(archive, folder)
    const dataDir = join(root, 'data')
    mkdirSync(join(dataDir, 'runs'), { recursive: true })
    const { directory } = createRun(join(dataDir, 'runs'), smallConfig(writeVectorTable(root)))
    await runWorker({
      directory,
      dataDir,
      cwd: folder,
      program: join(folder, 'out', 'main', 'shapwright-worker.js'),
    })
    expect(readStatus(directory)).toMatchObject({ state: 'done', problem: null })
  })
})
