import { describe, expect, it } from 'vitest'
import { estimatorNames, parseRunConfig } from '#contract/config.ts'
import type { Player } from '#contract/genotype.ts'
import { shapleyResult } from '#contract/shapley.ts'
import { countEvaluations, valuePlayers } from '#worker/search/valuation.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { playersOf, syntheticGame, tableGame } from '../shapley/games.ts'

it('keeps of the marginal contributions how sure the order of each decision is', async () => {
  const config = parseRunConfig({ dataset: { kind: 'emoji8' } }, 'test')
  const players = playersOf(4, (i) => ({ decision: i < 2 ? 'cell0/edge' : 'cell0/node0/op' }))
  const additive = Array.from({ length: 16 }, (_, mask) => (mask & 1) + 3 * ((mask >> 1) & 1))
  const { game } = tableGame(additive, players)
  const result = await valuePlayers(config, game, 0, [0.5, 0.5, 0.5, 0.5])
  expect(result).not.toHaveProperty('marginals')
  expect(result.orders!.map(({ decision }) => decision)).toEqual(['cell0/edge', 'cell0/node0/op'])
  expect(result.orders![0]).toMatchObject({ first: 'p1', second: 'p0', difference: 2, settled: true })
  expect(result.orders![1]).toMatchObject({ difference: 0, settled: false })
})

describe.each(estimatorNames)('the estimator %s of a configuration', (estimator) => {
  const { values } = syntheticGame()
  const configOf = (valuation: object) =>
    parseRunConfig({ dataset: { kind: 'emoji8' }, valuation: { estimator, ...valuation } }, 'test')
  const value = (valuation: object) =>
    valuePlayers(
      configOf(valuation),
      tableGame(values).game,
      0,
      playersOf(8).map(() => 0.5),
    )

  it('is in the table under its name', () => {
    expect(estimators[estimator].name).toBe(estimator)
  })

  it('writes its convergence into the log only when asked to', async () => {
    expect(await value({ samplesNormal: 12 })).not.toHaveProperty('trace')
    const result = await value({ samplesNormal: 12, trace: true })
    expect(shapleyResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(
      JSON.parse(JSON.stringify(result)),
    )
    const traced = estimator === 'exact' ? undefined : result.evaluations
    expect(result.trace?.at(-1)?.evaluations).toBe(traced)
  })

  it('is counted before it is paid, limits included', async () => {
    for (const limits of [{}, { evaluations: 90 }, { standardError: 0.5, seconds: 1e-9 }]) {
      const config = configOf({ samplesNormal: 12, tolerance: 0.3, ...limits })
      const players = playersOf(8) as Player[]
      const counted = await countEvaluations(config, players)
      const paid = await valuePlayers(
        config,
        tableGame(values).game,
        0,
        playersOf(8).map(() => 1),
      )
      expect(paid.evaluations).toBeLessThanOrEqual(counted)
      const told = !estimator.includes('trunca') && !('seconds' in limits)
      expect(paid.evaluations).toBeGreaterThanOrEqual(told ? counted : 2)
      expect(counted).toBeGreaterThan(40)
    }
  })
})

it('cuts permutations at the tolerance of the configuration', async () => {
  const { values } = syntheticGame()
  const value = (tolerance: number) =>
    valuePlayers(
      parseRunConfig(
        { dataset: { kind: 'emoji8' }, valuation: { estimator: 'truncated', tolerance } },
        'test',
      ),
      tableGame(values).game,
      0,
      playersOf(8).map(() => 0.5),
    )
  expect((await value(0)).bias).toMatchObject({ total: 0, most: 0, seen: 0 })
  expect((await value(0.1)).bias!.most).toBeGreaterThan(0.01)
})
