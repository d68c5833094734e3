import { describe, expect, it } from 'vitest'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { enumerate, knownGames, sum, syntheticGame, tableGame } from '../games.ts'

describe('kernel', () => {
  const { values } = syntheticGame()
  const { phi } = enumerate(values)
  const budgetsOf = (each: number) => phi.map(() => each)
  const estimateKernel = (each: number, seed = 5) =>
    estimate(estimators.kernel, tableGame(values).game, { seed, epoch: 0, budgets: budgetsOf(each) })

  it('is exact where all coalitions cost no more than its budget, and says so', async () => {
    const all = await estimateKernel(33)
    expect(all).toMatchObject({ exact: true, unbiased: true, stopped: 'enumerated', evaluations: 256 })
    all.contributions.forEach((found, i) => expect(found.phi).toBeCloseTo(phi[i], 10))
    expect(await estimateKernel(28)).toMatchObject({ exact: false, unbiased: false, stopped: 'budget' })
    const limited = await estimate(estimators.kernel, tableGame(values).game, {
      seed: 5,
      epoch: 0,
      budgets: budgetsOf(33),
      stop: { evaluations: 200 },
    })
    expect(limited).toMatchObject({ exact: false, stopped: 'evaluations' })
  })

  it('has no error in a game without interactions, however few coalitions it draws', async () => {
    const { values: additive, shapley } = knownGames.find(({ name }) => name.startsWith('additive'))!
    const { game } = tableGame(additive)
    const few = { seed: 5, epoch: 0, budgets: budgetsOf(2) }
    const { contributions, evaluations } = await estimate(estimators.kernel, game, few)
    expect(evaluations).toBeLessThanOrEqual(2 + 4 * 8)
    contributions.forEach((found, i) => {
      expect(found.phi).toBeCloseTo(shapley[i], 10)
      expect(found.standardError).toBeCloseTo(0, 10)
    })
  })

  it('comes closer than as many evaluations of permutations, with errors as wide as they claim', async () => {
    const permutations = { squares: 0, evaluations: 0 }
    const pairs = { squares: 0, claimed: 0, evaluations: 0 }
    for (let seed = 0; seed < 200; seed++) {
      const fitted = await estimateKernel(16, seed)
      pairs.evaluations += fitted.evaluations
      fitted.contributions.forEach((found, i) => {
        pairs.squares += (found.phi - phi[i]) ** 2
        pairs.claimed += found.standardError! ** 2
      })
      const request = { seed, epoch: 0, budgets: budgetsOf(24) }
      const walked = await estimate(estimators.permutation, tableGame(values).game, request)
      permutations.squares += sum(walked.contributions.map((found, i) => (found.phi - phi[i]) ** 2))
      permutations.evaluations += walked.evaluations
    }
    expect(pairs.evaluations).toBeLessThan(permutations.evaluations)
    expect(pairs.squares).toBeLessThan(0.5 * permutations.squares)
    expect(pairs.claimed / pairs.squares).toBeGreaterThan(0.8)
    expect(pairs.claimed / pairs.squares).toBeLessThan(1.6)
  })

  it('tells pairs of players apart by what each pair of coalitions says of both', async () => {
    const { marginals, contributions } = await estimateKernel(24)
    marginals.forEach((samples, i) => {
      expect(sum(samples) / samples.length).toBeCloseTo(contributions[i].phi, 12)
    })
    const total = values.at(-1)! - values[0]
    marginals[0].forEach((_, t) => expect(sum(marginals.map((samples) => samples[t]))).toBeCloseTo(total, 10))
  })
})
