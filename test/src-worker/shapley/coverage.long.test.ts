import { describe, expect, it } from 'vitest'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { fewestCovered, measureBands } from '../../../bench/benchmarks/estimators/measure-bands.ts'
import { enumerate, knownGames, sum, syntheticGame } from './games.ts'

const repetitions = 400
const supernet = syntheticGame().values
const games = [
  ...knownGames,
  { name: 'synthetic supernet', values: supernet, shapley: enumerate(supernet).phi },
]
const unbiased = Object.values(estimators).filter(({ exact, unbiased }) => unbiased && !exact)

/** Of every game; `grouped` values every other player half as often. */
const measure = (estimator: (typeof unbiased)[number], samples: number) =>
  Promise.all(
    games.map(async ({ name, values, shapley }) => {
      const budgets = shapley.map((_, i) =>
        estimator === estimators.grouped && i % 2 ? samples / 2 : samples,
      )
      return { name, ...(await measureBands(estimator, { values, shapley }, { budgets, repetitions })) }
    }),
  )

describe.each(unbiased)('the 95 % bands of $name from few permutations', (estimator) => {
  it.each([16, 48])('hold φ with what may be unseen, or else say nothing of it: %d', async (samples) => {
    const players = (await measure(estimator, samples)).flatMap(({ name, players }) =>
      players.map((player, i) => ({ ...player, name: `${name}, player ${i}` })),
    )
    const fewest = fewestCovered(repetitions)
    expect(players.filter(({ held }) => held < fewest)).toEqual([])
    // bands that miss φ and do not say so
    expect(players.filter(({ covered, marked }) => covered + marked < fewest)).toEqual([])
    expect(players.filter(({ covered, coveredByStudent }) => covered < coveredByStudent)).toEqual([])
  })

  it('are wider than Student’s where contributions are rare, and hardly so where they are not', async () => {
    const [few, more] = [await measure(estimator, 16), await measure(estimator, 48)]
    const wider = (found: typeof few, name: string) => {
      const scattered = found
        .find((game) => game.name.includes(name))!
        .players.filter(({ claimed }) => claimed > 1e-9)
      return sum(scattered.map(({ width, studentWidth }) => width / studentWidth)) / scattered.length
    }
    expect(wider(few, 'majority n=11')).toBeGreaterThan(1.4)
    expect(wider(few, 'synthetic supernet')).toBeLessThan(1.2)
    expect(wider(more, 'synthetic supernet')).toBeLessThan(1.08)
  })
})
