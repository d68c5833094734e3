import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exportOptions } from '#contract/export.ts'
import { useOf } from '#worker/run-directory/use.ts'
import { exportVerb } from '#worker/verbs/export.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const root = folderForAll()

it('an export says that it uses the run for as long as it works, whichever way it ends', async () => {
  const directory = join(root, 'run')
  cpSync(join(import.meta.dirname, '../../golden/run-v2'), directory, { recursive: true })
  const seen: (string | null)[] = []
  const context = {
    signal: new AbortController().signal,
    dataDir: root,
    report: () => void seen.push(useOf(directory)),
  }
  const task = { directory, exporters: ['genotype' as const], options: exportOptions.parse({}) }
  await exportVerb(context, { ...task, folder: join(root, 'made') })
  expect(seen.length).toBeGreaterThan(0)
  for (const use of seen) expect(use).toBe(`process ${process.pid} exports it`)
  expect(useOf(directory)).toBeNull()

  const stopped = { ...context, signal: AbortSignal.abort(new Error('stopped')) }
  await expect(exportVerb(stopped, { ...task, folder: join(root, 'stopped') })).rejects.toThrow('stopped')
  expect(useOf(directory)).toBeNull()
})
