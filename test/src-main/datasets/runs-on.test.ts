import { join } from 'node:path'
import { expect, it } from 'vitest'
import { emptyRunState } from '#contract/run/state.ts'
import { RunsOnDatasets, summariseRuns } from '#main/datasets/runs-on.ts'
import { summaryFromRun } from '#main/store/summary.ts'
import { readConfig, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const training = { epochs: 1, batchSize: 16, repetitions: 1 }

it.each([false, true])(
  'finds a run on a table, whose score may be the best unless its epochs are chosen on test: %s',
  (peerProtocol) => {
    const root = temporaryFolder()
    const path = writeVectorTable(join(root, 'tables'))
    const { id, directory } = createRun(root, smallConfig(path, { training: { ...training, peerProtocol } }))
    const config = readConfig(directory)
    const annotations = { schemaVersion: 1 as const, name: null, tags: [], notes: '' }
    const parts = { annotations, state: emptyRunState, trashed: false }
    const summary = summaryFromRun({ id, config, status: readStatus(directory), ...parts })
    const runs = new RunsOnDatasets(root)
    expect(runs.of(config.dataset, undefined, [summary])).toEqual([summary])
    const scored = { ...summary, score: { mean: 0.9, deviation: 0, repetitions: 1 } }
    const best = peerProtocol ? null : { id, name: id, mean: 0.9 }
    expect(summariseRuns([scored])).toEqual({ total: 1, active: 1, best })
    const other = smallConfig(join(root, 'elsewhere', 'vectors.csv')).dataset
    expect(runs.of(other, undefined, [summary])).toEqual([])
  },
)
