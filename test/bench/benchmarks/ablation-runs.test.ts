import { join } from 'node:path'
import { expect, it } from 'vitest'
import { foldEvents, latest } from '#contract/run/state.ts'
import { readEvents } from '#worker/run-directory/read.ts'
import { finishRun, resultOf } from '../../../bench/benchmarks/ablation/run-row.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const root = folderForAll()

it('trains the backbones of a seed once, and finds a finished run again', { timeout: 120_000 }, async () => {
  const table = writeVectorTable(root)
  const short = { training: { epochs: 1, batchSize: 16, repetitions: 1 } }
  const darts = smallConfig(table, { ...short, search: { strategy: 'darts', epochs: 1, batchSize: 16 } })
  const noise = smallConfig(table, { ...short, search: { strategy: 'noise', epochs: 1, batchSize: 16 } })
  const first = await finishRun(root, darts, null)
  const branch = await finishRun(root, noise, first.directory)
  expect(latest(branch.state, 'done')).toBeDefined()
  const backboneEpochs = (directory: string) =>
    readEvents(directory)
      .filter(({ type }) => type === 'backbone-epoch')
      .map(({ at }) => at)
  expect(backboneEpochs(branch.directory)).toEqual(backboneEpochs(first.directory))

  // what the branch found is what the same run finds by itself
  const alone = await finishRun(join(root, 'elsewhere'), noise, null)
  const own = resultOf('noise', noise, alone.state)
  expect(resultOf('noise', noise, branch.state)).toEqual({ ...own, searchSeconds: expect.anything() })

  const again = await finishRun(root, noise, null)
  expect(again).toMatchObject({ directory: branch.directory, reused: true })
  expect(foldEvents(readEvents(again.directory))).toEqual(branch.state)
})
