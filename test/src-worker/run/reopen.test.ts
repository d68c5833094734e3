import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { MetricName, RunConfig } from '#contract/config.ts'
import { Coalition } from '#worker/shapley/coalition.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { openGame } from '#worker/run/reopened-game.ts'
import { reopenRun, type ReopenedRun } from '#worker/run/reopen.ts'
import { gatherFeatures } from '#worker/search/feature-set.ts'
import { openCalibration, supernetStateUnder } from '#worker/search/supernet-calibration.ts'
import { valueRows } from '#worker/search/value-batch.ts'
import { valuePlayers } from '#worker/search/valuation.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll, temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from './run-to-end.ts'

type StrategyName = RunConfig['search']['strategy']

/** Milliseconds that the runs may take on a busy machine. */
const patience = 300_000
const root = folderForAll()
const table = writeVectorTable(join(root, 'data'))
const dataDir = join(root, 'shapwright')
const directories = {} as Record<StrategyName, string>
const breathe = () => Promise.resolve()
const configOf = (strategy: StrategyName) =>
  smallConfig(table, {
    search: { strategy, epochs: 2, batchSize: 16 },
    // a smooth score, which the last bit of every weight and statistic reaches
    valuation: {
      metric: 'cross-entropy',
      samplesNormal: 2,
      samplesSparse: 3,
      budgetWarmup: 1,
      batchSize: 24,
    },
    training: { epochs: 1, batchSize: 16, repetitions: 1 },
  })

beforeAll(async () => {
  for (const strategy of ['sm-shapnas', 'darts', 'random'] as const)
    directories[strategy] = await runToEnd(dataDir, configOf(strategy))
}, patience)

const reopen = (directory: string, folder = dataDir) =>
  reopenRun({ directory, dataDir: folder, devices: [], breathe })

/** What the whole supernet scores on the samples of its last epoch, by the main score unless another is named. */
async function lastScore(run: ReopenedRun, metric: MetricName = 'score'): Promise<number> {
  const rows = valueRows(run.config, run.set, run.lastEpoch.epoch)
  const valuation = { ...run.config.valuation, metric }
  const { game, release } = await openGame(run, { rows, valuation, breathe })
  const [score] = await game.values([Coalition.full(run.players.length)])
  await release()
  return score
}

describe('a reopened run', () => {
  it('values its last epoch again to the last bit', async () => {
    const run = await reopen(directories['sm-shapnas'])
    const { epoch, shapley, supernetScore } = run.lastEpoch
    expect(await lastScore(run)).toBe(supernetScore)
    expect(await lastScore(run, 'cross-entropy')).toBe(shapley!.grand)
    const { game, release } = await openGame(run, { rows: valueRows(run.config, run.set, epoch), breathe })
    expect(await valuePlayers(run.config, game, epoch, run.valuedMixture)).toEqual(shapley)
    await release()
  })

  it('tells the mixture before the last move of α from the one after it', async () => {
    const { valuedMixture, finalMixture, state, players } = await reopen(directories['sm-shapnas'])
    const [first, last] = state.byType['search-epoch']
    expect(valuedMixture).not.toEqual(finalMixture)
    expect(valuedMixture).toEqual(players.map(({ id }) => first.mixture[id]))
    expect(finalMixture).toEqual(players.map(({ id }) => last.mixture[id]))
  })

  it('finds the valued mixture in logs that do not tell it', async () => {
    const directory = join(temporaryFolder(), 'run')
    cpSync(directories['sm-shapnas'], directory, { recursive: true })
    const log = join(directory, 'events.ndjson')
    const lines = readFileSync(log, 'utf8').split('\n')
    const without = lines.map((line) => line.replace(/"valuedMixture":\{[^}]*\},/, ''))
    expect(without).not.toEqual(lines)
    writeFileSync(log, without.join('\n'))
    const old = await reopen(directory)
    expect(old.lastEpoch.valuedMixture).toBeUndefined()
    expect(old.valuedMixture).toEqual((await reopen(directories['sm-shapnas'])).valuedMixture)
  })

  it.each(['darts', 'random'] as const)(
    'has a supernet to value where %s valued nothing',
    async (strategy) => {
      const run = await reopen(directories[strategy])
      expect(run.valuedMixture).toEqual(run.finalMixture)
      expect(await lastScore(run)).toBe(run.lastEpoch.supernetScore)
    },
  )

  it('keeps the statistics of the mixture that the search ended with', async () => {
    const run = await reopen(directories['sm-shapnas'])
    const calibration = await openCalibration(run, run.network)
    const { supernet, finalMixture } = run
    expect(await supernetStateUnder(calibration, run, supernet.weights, finalMixture)).toEqual(supernet)
    await calibration.calibrator.release()
  })

  it('computes its features anew where the cache is gone, equal to those that were there', async () => {
    const { set } = await reopen(directories.darts)
    const elsewhere = join(temporaryFolder(), 'empty')
    const again = await reopen(directories.darts, elsewhere)
    const ids = set.features.map(({ id }) => id)
    const rows = Array.from({ length: set.labels.length }, (_, row) => row)
    expect(gatherFeatures(again.set, ids, rows)).toEqual(gatherFeatures(set, ids, rows))
  })

  it('is refused before its search has ended, without its supernet, and on other data', async () => {
    const { directory: fresh } = createRun(join(root, 'fresh'), configOf('darts'))
    await expect(reopen(fresh)).rejects.toMatchObject({ code: 'run-not-searched' })

    const bare = join(temporaryFolder(), 'run')
    cpSync(directories.darts, bare, { recursive: true })
    rmSync(join(bare, 'models', 'supernet.safetensors'))
    await expect(reopen(bare)).rejects.toMatchObject({ code: 'run-damaged' })

    const kept = readFileSync(table)
    writeVectorTable(join(root, 'data'), 90)
    await expect(reopen(directories.darts)).rejects.toMatchObject({ code: 'dataset-changed' })
    writeFileSync(table, kept)
  })
})
