import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { useOf, useRun } from '#worker/run-directory/use.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

it('a run is in use until the last of those who use it has left', () => {
  const directory = temporaryFolder()
  expect(useOf(directory)).toBeNull()
  const [leave, leaveToo] = [useRun(directory, 'values it'), useRun(directory, 'values it')]
  leave()
  expect(useOf(directory)).toBe(`process ${process.pid} values it`)
  leaveToo()
  expect(useOf(directory)).toBeNull()
})

it('what another machine does with a run cannot be seen to have ended', () => {
  const directory = temporaryFolder()
  const use = { pid: 1, startTime: '1', host: 'elsewhere.example', doing: 'values it' }
  writeFileSync(join(directory, '.unfinished-use-1'), JSON.stringify(use))
  expect(useOf(directory)).toMatch(/process 1 on elsewhere\.example values it; .*delete the file .*use-1$/)
})

it('a run that is gone cannot be used', () => {
  const gone = join(temporaryFolder(), 'gone')
  expect(() => useRun(gone, 'values it')).toThrow(expect.objectContaining({ code: 'run-not-found' }))
})
