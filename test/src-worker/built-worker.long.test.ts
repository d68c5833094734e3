import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { foldEvents, latest } from '#contract/run/state.ts'
import { readEvents, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { buildWindow } from '../e2e/build-window.ts'
import { runWorker } from '../fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../fixtures/small-run.ts'
import { folderForAll } from '../fixtures/temporary-folder.ts'

const root = folderForAll()

it('the worker that the build makes for Electron executes a run to its end', async () => {
  await buildWindow('application')
  const runs = join(root, 'runs')
  mkdirSync(runs)
  // enough samples for a thread beside its own, which is a file of its own, too
  const valuation = { samplesNormal: 2, samplesSparse: 3, budgetWarmup: 1, batchSize: 64 }
  const config = smallConfig(writeVectorTable(root, 400), { device: 'auto', threads: 2, valuation })
  const { directory } = createRun(runs, config)
  const program = fileURLToPath(new URL('../../out/main/shapwright-worker.js', import.meta.url))
  await runWorker({ directory, dataDir: root, program })
  expect(readStatus(directory)).toMatchObject({ state: 'done', problem: null })
  const { device, refused, versions } = latest(foldEvents(readEvents(directory)), 'started')!
  expect(versions['shapwright']).toMatch(/^\d+\.\d+\.\d+/)
  expect([device, ...refused.map((other) => other.device)]).toContain('cpu')
})
