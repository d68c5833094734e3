import { describe, expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { estimate, type Estimator } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { enumerate, knownGames, playersOf, sum, syntheticGame, tableGame } from './games.ts'

const unequal = (n: number, scale = 1) => Array.from({ length: n }, (_, i) => scale * (i % 3 === 0 ? 60 : 20))

const table = Object.values(estimators)
const cutting = new Set<Estimator>([estimators.truncated, estimators['early-truncation']])
const estimateKnown = (estimator: Estimator, { n, values }: (typeof knownGames)[number]) =>
  estimate(estimator, tableGame(values).game, { seed: 7, epoch: 0, budgets: unequal(n, 5) })

describe.each(table.filter(({ exact }) => exact))('$name is exact', (estimator) => {
  it.each(knownGames)('in the game $name', async (known) => {
    const { contributions } = await estimateKnown(estimator, known)
    contributions.forEach(({ phi }, i) => expect(phi).toBeCloseTo(known.shapley[i], 10))
  })
})

describe.each(table.filter(({ unbiased }) => unbiased))('$name is unbiased', (estimator) => {
  it.each(knownGames)('in the game $name', async (known) => {
    const { contributions, marginals } = await estimateKnown(estimator, known)
    const { deviation } = enumerate(known.values)
    contributions.forEach(({ phi }, i) => {
      const tolerance = (5 * deviation[i]) / Math.sqrt(marginals[i]?.length ?? Infinity) + 1e-9
      expect(Math.abs(phi - known.shapley[i])).toBeLessThanOrEqual(tolerance)
    })
  })
})

describe.each(table.filter(({ efficient }) => efficient))('$name is efficient', (estimator) => {
  it.each(knownGames)('in the game $name', async (known) => {
    const { contributions, gap } = await estimateKnown(estimator, known)
    const total = sum(contributions.map(({ phi }) => phi))
    expect(total).toBeCloseTo(known.values.at(-1)! - known.values[0], 10)
    expect(gap).toBeCloseTo(0, 10)
  })
})

describe.each(table)('$name', (estimator) => {
  it('says where its result comes from and who the players are', async () => {
    const { game } = tableGame(knownGames[0].values)
    const result = await estimate(estimator, game, { seed: 7, epoch: 0, budgets: unequal(4) })
    expect(result.contributions.map(({ id }) => id)).toEqual(['p0', 'p1', 'p2', 'p3'])
    // So few players are enumerated by `kernel`, which says so.
    const exact = estimator.exact || estimator === estimators.kernel
    expect(result).toMatchObject({ estimator: estimator.name, exact, grand: 18, empty: 0 })
    expect(result.stopped).toBe(exact ? 'enumerated' : 'budget')
    const total = sum(result.contributions.map(({ phi }) => phi))
    expect(result.gap).toBeCloseTo(total - 18, 12)
  })

  it('evaluates each coalition once and counts what it paid', async () => {
    const { game, batches } = tableGame(knownGames.find(({ n }) => n === 8)!.values)
    const result = await estimate(estimator, game, { seed: 3, epoch: 0, budgets: unequal(8), batchSize: 7 })
    const asked = batches.flat()
    expect(new Set(asked).size).toBe(asked.length)
    expect(result.evaluations).toBe(asked.length)
    expect(result.requests).toBeGreaterThanOrEqual(result.evaluations)
    // Only values tell these what to ask next.
    const full = cutting.has(estimator) ? batches.every(({ length }) => length <= 7) : null
    expect(full ?? batches.slice(0, -1).every(({ length }) => length === 7)).toBe(true)
  })

  it('asks the same coalitions in the same order and finds the same values again', async () => {
    const request = { seed: 3, epoch: 2, budgets: unequal(6) }
    const [first, second] = [tableGame(knownGames[3].values), tableGame(knownGames[3].values)]
    const result = await estimate(estimator, first.game, request)
    expect(await estimate(estimator, second.game, request)).toEqual(result)
    expect(second.batches).toEqual(first.batches)
  })

  it('does not depend on the batch size', async () => {
    const { game } = tableGame(knownGames[3].values)
    const request = { seed: 3, epoch: 2, budgets: unequal(6) }
    const whole = await estimate(estimator, game, { ...request, batchSize: 10_000 })
    expect(await estimate(estimator, game, { ...request, batchSize: 1 })).toEqual(whole)
  })

  it('fails with the name of the coalition whose value is not a number', async () => {
    const values = knownGames[1].values.slice()
    values[0b101] = NaN
    const { game } = tableGame(values)
    await expect(
      estimate(estimator, game, { seed: 1, epoch: 0, budgets: [20, 20, 20] }),
    ).rejects.toMatchObject({
      code: 'evaluation-failed',
      where: 'the coalition of all but p1',
      detail: 'its value is NaN',
    })
  })

  it('gives a player who adds nothing exactly nothing, and one who always adds the same exactly that', async () => {
    const values = Array.from({ length: 16 }, (_, mask) => (mask & 2 ? 0.25 : 0) + (mask & 12 ? 1 : 0))
    const { game } = tableGame(values)
    const request = { seed: 9, epoch: 1, budgets: unequal(4), threshold: 0 }
    const { contributions } = await estimate(estimator, game, request)
    expect(contributions[0]).toMatchObject({ phi: 0, standardError: 0, low: 0, high: 0 })
    expect(contributions[1].phi).toBeCloseTo(0.25, 12)
  })

  it('refuses budgets that do not fit the players', async () => {
    const { game } = tableGame([0, 1, 2, 3])
    for (const budgets of [[2], [2, 0], [2, 2.5], [2, 2, 2]])
      await expect(estimate(estimator, game, { seed: 1, epoch: 0, budgets })).rejects.toMatchObject({
        code: 'bad-configuration',
      })
  })
})

describe('exact', () => {
  it('refuses games that cannot be enumerated', async () => {
    const game = { players: playersOf(17), values: async () => [] }
    const budgets = game.players.map(() => 2)
    await expect(estimate(estimators.exact, game, { seed: 0, epoch: 0, budgets })).rejects.toMatchObject({
      code: 'bad-configuration',
    })
  })
})

describe('grouped', () => {
  const values = knownGames.find(({ name }) => name.startsWith('bankruptcy'))!.values
  const { phi, deviation } = enumerate(values)
  const budgets = [6, 2, 2, 3]

  it('is unbiased where budgets differ, and its standard errors and bands are as wide as they claim', async () => {
    const runs = 3000
    const { game } = tableGame(values)
    const means = [0, 0, 0, 0]
    const variances = [0, 0, 0, 0]
    const covered = [0, 0, 0, 0]
    for (let seed = 0; seed < runs; seed++) {
      const result = await estimate(estimators.grouped, game, { seed, epoch: 0, budgets })
      result.contributions.forEach((player, i) => {
        means[i] += player.phi / runs
        variances[i] += player.standardError! ** 2 / runs
        if (player.low! <= phi[i] && phi[i] <= player.high!) covered[i]++
      })
    }
    budgets.forEach((m, i) => {
      expect(Math.abs(means[i] - phi[i])).toBeLessThan((5 * deviation[i]) / Math.sqrt(runs * m))
      expect(variances[i] / (deviation[i] ** 2 / m)).toBeGreaterThan(0.93)
      expect(variances[i] / (deviation[i] ** 2 / m)).toBeLessThan(1.07)
    })
    expect(covered[0] / runs).toBeGreaterThan(0.9)
  })

  it('values each player as often as its budget says, and tells the gap', async () => {
    const { game } = tableGame(values)
    const result = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets })
    expect(result.contributions.map(({ samples }) => samples)).toEqual(budgets)
    expect(result.marginals.map((samples) => samples.length)).toEqual(budgets)
    expect(Math.abs(result.gap)).toBeGreaterThan(1e-6)
  })

  it('draws the band of Student’s distribution with m − 1 degrees of freedom, but for the longer tail', async () => {
    const { game } = tableGame(values)
    const { contributions } = await estimate(estimators.grouped, game, {
      seed: 5,
      epoch: 0,
      budgets: [20, 20, 60, 60],
    })
    const quantiles = [2.093024054, 2.093024054, 2.000995378, 2.000995378]
    const sides = contributions.map(({ phi, standardError, low, high }) =>
      [high! - phi, phi - low!].map((side) => side / standardError!),
    )
    sides.forEach((own, i) => expect(Math.min(...own)).toBeCloseTo(quantiles[i], 7))
    expect(Math.max(...sides.flat())).toBeGreaterThan(2.2)
  })

  it('sums to v(N) − v(∅) in every permutation in which all players are valued', async () => {
    const { game } = tableGame(values)
    const { marginals } = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets })
    for (const t of [0, 1]) expect(sum(marginals.map((samples) => samples[t]))).toBeCloseTo(9, 12)
  })

  it('draws other permutations in another epoch', async () => {
    const { game } = tableGame(values)
    const first = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets })
    const second = await estimate(estimators.grouped, game, { seed: 5, epoch: 1, budgets })
    expect(second.marginals).not.toEqual(first.marginals)
  })

  it('gives a player the same marginal contributions whatever the others may spend', async () => {
    const { game } = tableGame(values)
    const poor = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets: [6, 2, 2, 2] })
    const rich = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets: [6, 9, 9, 9] })
    expect(rich.marginals[0]).toEqual(poor.marginals[0])
  })

  it('has no standard error for a single sample', async () => {
    const { game } = tableGame(values)
    const result = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets: [1, 2, 2, 2] })
    expect(result.contributions[0]).toMatchObject({ standardError: null, low: null, high: null })
    expect(result.contributions[1].standardError).not.toBeNull()
  })
})

describe('antithetic', () => {
  const { values, shapley } = knownGames.find(({ name }) => name.startsWith('airport'))!

  it('walks every permutation of its stream forwards and backwards, and takes the two for one sample', async () => {
    const { game } = tableGame(values)
    const request = { seed: 5, epoch: 0, budgets: [20, 20, 20, 20] }
    const pairs = await estimate(estimators.antithetic, game, request)
    const forwards = await estimate(estimators.permutation, game, {
      ...request,
      budgets: [10, 10, 10, 10],
    })
    expect(pairs.contributions.map(({ samples }) => samples)).toEqual([20, 20, 20, 20])
    expect(pairs.marginals.map(({ length }) => length)).toEqual([10, 10, 10, 10])
    const order = (t: number) => stream(5, 'perm', 0, t).permutation(4)
    for (const t of [0, 9]) {
      const backwards = order(t + 1).toReversed()
      backwards.forEach((player, k) => {
        const before = backwards.slice(0, k).reduce((mask, i) => mask | (1 << i), 0)
        const delta = values[before | (1 << player)] - values[before]
        expect(pairs.marginals[player][t]).toBeCloseTo((forwards.marginals[player][t] + delta) / 2, 12)
      })
    }
  })

  it('needs one pair where contributions fall evenly as coalitions grow', async () => {
    const own = [1, 2, 3, 4]
    const quadratic = Array.from({ length: 16 }, (_, mask) => {
      const total = own.reduce((sum, x, i) => sum + (mask & (1 << i) ? x : 0), 0)
      return total - 0.02 * total ** 2
    })
    const { game } = tableGame(quadratic)
    const request = { seed: 5, epoch: 0, budgets: [2, 2, 2, 2] }
    const { contributions } = await estimate(estimators.antithetic, game, request)
    const { phi } = enumerate(quadratic)
    contributions.forEach((found, i) => expect(found.phi).toBeCloseTo(phi[i], 12))
  })

  it('comes closer than as many permutations in a game where each costs what the dearer leave', async () => {
    const { game } = tableGame(values)
    const squares = { antithetic: 0, permutation: 0 }
    for (let seed = 0; seed < 300; seed++)
      for (const name of ['antithetic', 'permutation'] as const) {
        const { contributions } = await estimate(estimators[name], game, {
          seed,
          epoch: 0,
          budgets: [20, 20, 20, 20],
        })
        squares[name] += sum(contributions.map(({ phi }, i) => (phi - shapley[i]) ** 2))
      }
    expect(squares.antithetic).toBeLessThan(0.8 * squares.permutation)
  })
})

describe('early-truncation', () => {
  const request = { seed: 5, epoch: 0, budgets: [40, 40, 40, 40] }
  /** Four alike, each adding a quarter. */
  const quarters = Array.from({ length: 16 }, (_, mask) => mask.toString(2).replaceAll('0', '').length / 4)

  it('walks from everybody down to where the score has collapsed, and gives the rest nothing', async () => {
    const { game, batches } = tableGame(quarters)
    const found = await estimate(estimators['early-truncation'], game, { ...request, threshold: 0.75 })
    // 0.75 is no collapse, 0.5 is: two of four are valued in every permutation, and what is left is worth 0.5
    for (let t = 0; t < 40; t++) {
      const valued = found.marginals.map((samples) => samples[t])
      expect(valued.toSorted()).toEqual([0, 0, 0.25, 0.25])
    }
    expect(found.gap).toBeCloseTo(-0.5, 12)
    expect(found.bias).toMatchObject({ total: expect.closeTo(0.5, 12), walkedOn: 5 })
    expect(found.bias!.most).toBeLessThanOrEqual(0.5)
    expect(found.bias!.seen).toBeGreaterThan(0)
    expect(found.unbiased).toBe(false)
    expect(batches.flat().length).toBe(found.evaluations)
  })

  it('walks the 1st, 9th, 17th, … permutation to its end, so that few tell of the bias as well', async () => {
    const walkedOn = async (units: number) => {
      const { game } = tableGame(quarters)
      const budgets = request.budgets.map(() => units)
      return (await estimate(estimators['early-truncation'], game, { ...request, budgets })).bias!.walkedOn
    }
    expect([await walkedOn(2), await walkedOn(8), await walkedOn(9)]).toEqual([1, 1, 2])
  })

  it('loses nothing where one leaving brings everything down', async () => {
    const all = Array.from({ length: 16 }, (_, mask) => Number(mask === 15))
    const { game } = tableGame(all)
    const found = await estimate(estimators['early-truncation'], game, request)
    const first = (t: number) => stream(5, 'perm', 0, t + 1).permutation(4)[0]
    for (let t = 0; t < 40; t++)
      expect(found.marginals.map((samples) => samples[t])).toEqual([0, 1, 2, 3].map((i) => +(i === first(t))))
    expect(found.bias).toMatchObject({ total: 0, most: 0, seen: 0 })
  })

  it('shares out v(N) − v(∅) with threshold 0', async () => {
    const { values, shapley } = knownGames.find(({ name }) => name.startsWith('bankruptcy'))!
    const { game } = tableGame(values)
    const found = await estimate(estimators['early-truncation'], game, { ...request, threshold: 0 })
    expect(found.gap).toBeCloseTo(0, 10)
    expect(found.bias!.total).toBe(0)
    found.contributions.forEach(({ phi, standardError }, i) =>
      expect(Math.abs(phi - shapley[i])).toBeLessThan(5 * standardError! + 1e-9),
    )
  })
})

describe('truncated', () => {
  const { values } = knownGames.find(({ name }) => name.startsWith('airport'))!
  const request = { seed: 5, epoch: 0, budgets: [40, 40, 40, 40] }

  it('walks as permutation does without a tolerance', async () => {
    const { game } = tableGame(values)
    const whole = await estimate(estimators.permutation, game, request)
    const cut = await estimate(estimators.truncated, game, { ...request, tolerance: 0 })
    expect(cut.marginals).toEqual(whole.marginals)
    expect(cut.bias).toEqual({ total: 0, most: 0, seen: 0, walkedOn: 5 })
  })

  it('cuts a permutation where the rest adds less than the tolerance, and pays less', async () => {
    const { game } = tableGame(values)
    const cut = await estimate(estimators.truncated, game, { ...request, tolerance: 5.5 })
    const whole = await estimate(estimators.permutation, tableGame(values).game, request)
    expect(cut.requests).toBeLessThan(whole.requests)
    for (const t of [0, 1, 2, 3]) {
      let [mask, over] = [0, false]
      for (const player of stream(5, 'perm', 0, t + 1).permutation(4)) {
        over ||= values[15] - values[mask] < 5.5
        const delta = values[mask | (1 << player)] - values[mask]
        expect(cut.marginals[player][t]).toBe(over ? 0 : delta)
        mask |= 1 << player
      }
    }
  })

  it('says what it left out: of all players exactly, of one at most', async () => {
    const { game } = tableGame(values)
    const cut = await estimate(estimators.truncated, game, { ...request, tolerance: 5.5 })
    const whole = await estimate(estimators.permutation, game, request)
    expect(cut.bias!.total).toBeCloseTo(-cut.gap, 12)
    expect(cut.bias!.total).toBeGreaterThan(0.5)
    const missing = cut.contributions.map(({ phi }, i) => whole.contributions[i].phi - phi)
    expect(sum(missing)).toBeCloseTo(cut.bias!.total, 12)
    for (const each of missing) expect(each).toBeLessThanOrEqual(cut.bias!.most)
    expect(cut.unbiased).toBe(false)
    expect(whole).not.toHaveProperty('bias.most')
  })

  it('sees more missing than the bound where a harmful player comes behind the cut', async () => {
    const { values, harmful } = syntheticGame()
    const { game } = tableGame(values)
    const ample = { seed: 5, epoch: 0, budgets: game.players.map(() => 800), tolerance: 0.01 }
    const { bias, contributions, evaluations } = await estimate(estimators.truncated, game, ample)
    const { phi } = enumerate(values)
    const off = contributions.map((found, i) => Math.abs(found.phi - phi[i]))
    expect(Math.max(...off)).toBe(off[harmful])
    expect(off[harmful]).toBeGreaterThan(3 * bias!.most)
    expect(bias!.walkedOn).toBe(100)
    expect(bias!.seen / off[harmful]).toBeGreaterThan(0.5)
    expect(bias!.seen / off[harmful]).toBeLessThan(1.5)
    expect(evaluations).toBeLessThanOrEqual(256)
  })

  it('spends on more permutations what cutting saves, when evaluations are the limit', async () => {
    const { game } = tableGame(syntheticGame().values)
    const budgets = game.players.map(() => 400)
    const limited = { seed: 5, epoch: 0, budgets, stop: { evaluations: 80 } }
    const cut = await estimate(estimators.truncated, game, { ...limited, tolerance: 0.15 })
    const whole = await estimate(estimators.permutation, game, limited)
    expect(cut.evaluations).toBeLessThanOrEqual(80)
    expect(cut.marginals[0].length).toBeGreaterThan(1.5 * whole.marginals[0].length)
  })
})

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

describe('permutation', () => {
  it('spends the total of the budgets in equal parts', async () => {
    const { game } = tableGame(knownGames[0].values)
    const result = await estimate(estimators.permutation, game, {
      seed: 5,
      epoch: 0,
      budgets: [60, 20, 20, 21],
    })
    expect(result.contributions.map(({ samples }) => samples)).toEqual([30, 30, 30, 30])
  })

  it('reports its progress up to the evaluations of the result', async () => {
    const { game } = tableGame(knownGames[5].values)
    const seen: [number, number][] = []
    const onProgress = (evaluated: number, planned: number) => void seen.push([evaluated, planned])
    const budgets = game.players.map(() => 10)
    const request = { seed: 5, epoch: 0, budgets, batchSize: 16, onProgress }
    const { evaluations } = await estimate(estimators.permutation, game, request)
    expect(seen.map(([evaluated]) => evaluated)).toEqual(
      seen.map((_, i) => Math.min(16 * (i + 1), evaluations)),
    )
    expect(seen.every(([, planned]) => planned === evaluations)).toBe(true)
  })
})
