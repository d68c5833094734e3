import { beforeAll, describe, expect, it } from 'vitest'
import { foldEvents, latest, type RunState } from '#contract/run/state.ts'
import { strategyNames, type StrategyName } from '#contract/config/strategy.ts'
import { readEvents } from '#worker/run-directory/read.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from './run-to-end.ts'

/** Milliseconds that the runs may take on a busy machine. */
const patience = 300_000
const root = folderForAll()
const states = {} as Record<StrategyName, RunState>

beforeAll(async () => {
  const table = writeVectorTable(root)
  for (const strategy of strategyNames) {
    const config = smallConfig(table, {
      search: { strategy, epochs: 3, batchSize: 16 },
      training: { epochs: 1, batchSize: 16, repetitions: 1 },
    })
    states[strategy] = foldEvents(readEvents(await runToEnd(root, config)))
  }
}, patience)

const epochsOf = (strategy: StrategyName) => states[strategy].byType['search-epoch']
const lastOf = (strategy: StrategyName) => latest(states[strategy], 'search-epoch')!

describe('sm-shapnas', () => {
  it('values every player in every epoch and moves α along', () => {
    for (const { shapley } of epochsOf('sm-shapnas'))
      expect(shapley!.contributions).toHaveLength(latest(states['sm-shapnas'], 'space')!.players.length)
    expect(lastOf('sm-shapnas').alphaDistance).toBeGreaterThan(0)
  })
})

describe('shapley-nas', () => {
  it('does what opens an epoch at the end of the one before, so that the last ends with its weights', () => {
    const valued = epochsOf('shapley-nas').map(({ shapley }) => shapley !== null)
    expect(valued).toEqual([true, true, false])
    const [, second, last] = epochsOf('shapley-nas').map(({ alphas }) => alphas)
    expect(last).toEqual(second)
  })
})

describe('darts', () => {
  it('moves α in every epoch without any valuation', () => {
    const distances = epochsOf('darts').map(({ alphaDistance }) => alphaDistance)
    expect(distances[0]).toBeGreaterThan(0)
    expect(new Set(distances).size).toBe(distances.length)
    expect(epochsOf('darts').map(({ shapley }) => shapley)).toEqual([null, null, null])
  })
})

describe('random', () => {
  it('leaves α where it began, values nothing, and spends what the guided search spends, within 10 %', () => {
    for (const { alphaDistance, shapley } of epochsOf('random')) {
      expect(alphaDistance).toBe(0)
      expect(shapley).toBeNull()
    }
    const ratio = lastOf('random').cost / lastOf('sm-shapnas').cost
    expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.1)
  })

  it('keeps the genotype that scored best', () => {
    const { derivedScore } = latest(states.random, 'searched')!
    expect(derivedScore).toBe(Math.max(...epochsOf('random').map((epoch) => epoch.derivedScore)))
  })
})

describe('noise', () => {
  it('values nothing, and moves α as far in an epoch as Shapley values do, elsewhere', () => {
    const [first] = epochsOf('noise')
    const [guided] = epochsOf('sm-shapnas')
    expect(first.shapley).toBeNull()
    expect(first.alphaDistance).toBeCloseTo(guided.alphaDistance, 9)
    expect(first.alphas).not.toEqual(guided.alphas)
    expect(lastOf('noise').alphaDistance).toBeGreaterThan(0)
  })
})
