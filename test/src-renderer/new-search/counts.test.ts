import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimatorNames, parseRunConfig, type RunConfigInput } from '#contract/config.ts'
import { budgetsAt } from '#worker/shapley/budget.ts'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'
import { countEvaluations, countPlayers } from '../../../src-renderer/new-search/counts.ts'
import { emptyForm, formFromConfig } from '../../../src-renderer/new-search/form.ts'

const features = ['image.0', 'image.1', 'image.2', 'image.3', 'text.0', 'text.1']

function configOf(changes: Partial<RunConfigInput>) {
  return parseRunConfig({ dataset: { kind: 'emoji8' }, ...changes }, 'test')
}

function enginePlayers(config: ReturnType<typeof configOf>) {
  return playersOf(
    createSpace(
      config.space,
      features.map((id) => ({ id, channels: 1 })),
    ),
  )
}

describe('the counts of a new search', () => {
  it('are the players of the engine', () => {
    for (const space of [
      {},
      { name: 'bm-nas' as const, cells: 3, steps: 2 },
      { cells: 1, steps: 4, operations: ['sum' as const, 'sparse_glu' as const] },
    ]) {
      const config = configOf({ space })
      const players = enginePlayers(config)
      expect(countPlayers(formFromConfig(config))).toEqual({
        features: 6,
        players: players.length,
        sparse: players.filter(({ group }) => group === 'sparse').length,
      })
    }
  })

  it('bound what the engine evaluates, before and after budgets move', async () => {
    const setting = fc.record({
      cells: fc.integer({ min: 1, max: 3 }),
      steps: fc.integer({ min: 1, max: 2 }),
      name: fc.constantFrom('sm-shapnas' as const, 'bm-nas' as const),
      samplesNormal: fc.integer({ min: 2, max: 12 }),
      samplesSparse: fc.integer({ min: 2, max: 12 }),
      estimator: fc.constantFrom(...estimatorNames.filter((each) => each !== 'exact')),
      evaluations: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      lean: fc.integer({ min: 0, max: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(setting, async ({ cells, steps, name, lean, ...valuation }) => {
        const config = configOf({ space: { cells, steps, name }, valuation })
        const players = enginePlayers(config)
        const counts = countEvaluations(formFromConfig(config))!
        const {
          samplesNormal: normal,
          samplesSparse: sparse,
          estimator,
          evaluations: limit,
        } = config.valuation
        const stop = { evaluations: limit }
        const game = {
          players,
          values: (coalitions: readonly unknown[]) => Promise.resolve(coalitions.map(() => 0)),
        }
        const likelihoods = players.map((_, i) => 1 + (i % 3) * lean)
        const settings = { normal, sparse, warmup: 1 }
        for (const [epoch, bound] of [
          [0, counts.first],
          [1, counts.later],
        ] as const) {
          const budgets = budgetsAt(epoch, players, likelihoods, settings)
          const { evaluations } = await estimate(estimators[estimator], game, {
            seed: 1,
            epoch,
            budgets,
            tolerance: 0,
            stop,
          })
          expect(evaluations).toBeLessThanOrEqual(bound)
          expect(evaluations).toBeGreaterThan(0.35 * bound)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('are written as a formula, and none for gradients', () => {
    const form = emptyForm()
    expect(countEvaluations(form)).toMatchObject({
      players: 33,
      formula:
        '2 + 20 · (33 − 1) + 40 · 2 · 8: nobody and everybody present, 20 permutations of all players, 40 more for the 8 sparse ones',
    })
    form.settings['search.strategy'] = 'darts'
    expect(countEvaluations(form)).toMatchObject({ first: 0, later: 0 })
    form.settings['space.cells'] = 'x'
    expect(countEvaluations(form)).toBeNull()
  })
})
