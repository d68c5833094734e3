import { expect, it } from 'vitest'
import { digestOf } from '#contract/run/digest.ts'
import { foldEvents } from '#contract/run/state.ts'
import { runTables } from '#contract/run/tables.ts'
import { chosenOnTestMark, testScoreName } from '#contract/run/score-name.ts'
import { describeScores } from '#main/cli/report.ts'
import { summaryFromRun } from '#main/store/summary.ts'
import { scores as reportScores } from '#worker/export/report/result-tables.ts'
import { readConfig, readEvents, readStatus } from '#worker/run-directory/read.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from './run-to-end.ts'

const root = folderForAll()

it(
  'chooses the epoch on test only where that is asked, and marks every score',
  { timeout: 300_000 },
  async () => {
    const table = writeVectorTable(root)
    const run = async (peerProtocol: boolean) => {
      const search = { strategy: 'noise', epochs: 1, batchSize: 16 } as const
      const training = { epochs: 5, batchSize: 16, repetitions: 1, peerProtocol }
      const directory = await runToEnd(root, smallConfig(table, { search, training }))
      const state = foldEvents(readEvents(directory))
      const summary = summaryFromRun({
        id: 'run',
        config: readConfig(directory),
        status: readStatus(directory),
        annotations: { schemaVersion: 1, name: null, tags: [], notes: '' },
        state,
        trashed: false,
      })
      const shown = [
        testScoreName(state),
        summary.dataset,
        digestOf(state).dataset!.name,
        describeScores(state).join(),
        reportScores(state).join(),
        JSON.stringify(runTables['scores'](state)),
      ]
      return { models: state.byType.model, shown }
    }
    const [honest, peer] = [await run(false), await run(true)]
    for (const [i, model] of peer.models.entries()) {
      expect(model.chosenOnTest).toBeLessThan(5)
      // the last epoch is among those to choose from
      expect(model.testScore).toBeGreaterThanOrEqual(honest.models[i].testScore)
      expect(honest.models[i]).not.toHaveProperty('chosenOnTest')
    }
    expect(peer.models.some(({ chosenOnTest }) => chosenOnTest! < 4)).toBe(true)
    for (const text of peer.shown) expect(text).toContain(chosenOnTestMark)
    for (const text of honest.shown) expect(text).not.toContain(chosenOnTestMark)
  },
)
