import { describe, expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import { darts } from '#worker/search/strategies/darts.ts'
import { startGuided } from '#worker/search/strategies/guided.ts'
import type { StrategyContext } from '#worker/search/strategy.ts'
import { alphaLayout, playersOf } from '#worker/space/players.ts'
import { smallSpace } from '../../space/fixtures.ts'

const space = smallSpace()
const players = playersOf(space)
const supernet = { weights: new Float32Array(), statistics: new Float32Array(), steps: new Float32Array() }
/** Made up: the later a player, the larger its φ; the last epoch turns it round. */
const phiOf = (epoch: number) => players.map((_, i) => (epoch < 3 ? i : -i) / 100)
const slopes = Float32Array.from(players, (_, i) => Math.sin(i))

function contextOf(search: object, valuation: object = {}): StrategyContext {
  const config = parseRunConfig(
    { dataset: { kind: 'emoji8' }, search: { epochs: 4, ...search }, valuation },
    'test',
  )
  return {
    config,
    space,
    players,
    alphas: new Float64Array(alphaLayout(players).length),
    value: (epoch) =>
      Promise.resolve({
        evaluations: 10,
        contributions: phiOf(epoch).map((phi, i) => ({
          id: players[i].id,
          phi,
          standardError: i === 0 ? 0.2 : 0,
          samples: 5,
        })),
      } as unknown as ShapleyResult),
    mixtureGradient: () => Promise.resolve(slopes),
    costs: { score: 1, evaluation: 2, minibatch: 3 },
  }
}

const start = (search: object, valuation: object = {}) => startGuided(contextOf(search, valuation))

describe('what moves α', () => {
  it('is φ alone by default, and the strategy asks for no gradient', async () => {
    const run = start({})
    expect(run.afterCall).toBeUndefined()
    await run.afterWeights!(0, supernet)
    expect(Math.hypot(...run.alphas)).toBeGreaterThan(0)
    expect(run.cost).toBe(20)
  })

  it('is the gradient, as in darts, while φ is only told', async () => {
    const run = start({ alphaUpdate: 'gradient' })
    const reference = darts.start(contextOf({ strategy: 'darts' }))
    for (const each of [run, reference]) await each.afterCall!(0, supernet.weights, {})
    expect(await run.afterWeights!(0, supernet)).not.toBeNull()
    expect([...run.alphas]).toEqual([...reference.alphas])
    expect(run.cost).toBe(reference.cost + 20)
  })

  it('is both, one after the other', async () => {
    const [both, gradient, phi] = ['both', 'gradient', 'shapley'].map((alphaUpdate) => start({ alphaUpdate }))
    for (const run of [both, gradient, phi]) {
      await run.afterCall?.(0, supernet.weights, {})
      await run.afterWeights!(0, supernet)
    }
    both.alphas.forEach((alpha, i) => expect(alpha).toBeCloseTo(gradient.alphas[i] + phi.alphas[i], 12))
  })

  it('is φ less the deviation of its contributions where that is asked', async () => {
    const less = start({}, { alphaScale: 'z-score', alphaNorm: 'all', alphaFollows: 'phi-minus-sd' })
    await less.afterWeights!(0, supernet)
    // se 0.2 over 5 contributions: sd (ddof 0) 0.4, by which the first player falls below all others
    const followed = phiOf(0).map((phi, i) => (i === 0 ? phi - 0.4 : phi))
    const mean = followed.reduce((sum, x) => sum + x, 0) / followed.length
    const deviation = Math.hypot(...followed.map((x) => x - mean)) / Math.sqrt(followed.length - 1)
    const { offsets } = alphaLayout(players)
    followed.forEach((x, i) =>
      expect(less.alphas[offsets[i]]).toBeCloseTo((0.1 * (x - mean)) / deviation, 12),
    )
  })
})

describe('shapley-nas', () => {
  it('values what opens an epoch: nothing while α rests, nothing after the last weights', async () => {
    const run = start({ strategy: 'shapley-nas' }, { alphaWarmup: 2 })
    const moved: boolean[] = []
    for (let epoch = 0; epoch < 4; epoch++) {
      const before = run.alphas.slice()
      const shapley = await run.afterWeights!(epoch, supernet)
      expect(shapley === null).toBe(epoch === 0 || epoch === 3)
      moved.push(run.alphas.some((alpha, i) => alpha !== before[i]))
    }
    expect(moved).toEqual([false, true, true, false])
  })
})

describe('the architecture', () => {
  const operationsOf = async (run: ReturnType<typeof start>, epoch: number) =>
    (await run.propose(epoch)).flatMap(({ cells }) => cells.map(({ nodes }) => nodes[0].operation))

  it('is derived by the newest φ where that is asked, else by α', async () => {
    const [byPhi, byAlpha] = [start({ deriveBy: 'phi' }), start({})]
    for (let epoch = 0; epoch < 4; epoch++)
      for (const run of [byPhi, byAlpha]) await run.afterWeights!(epoch, supernet)
    // three epochs say the last operation, the newest says the first
    expect(await operationsOf(byAlpha, 3)).toEqual([space.operations.at(-1), space.operations.at(-1)])
    expect(await operationsOf(byPhi, 3)).toEqual([space.operations[0], space.operations[0]])
  })
})

it('goes on from what it saved', async () => {
  const settings = [{ alphaUpdate: 'both', deriveBy: 'phi' }, { momentum: 0.8 }] as const
  const [whole, broken, resumed] = [start(...settings), start(...settings), start(...settings)]
  const epoch = async (run: ReturnType<typeof start>, at: number) => {
    await run.afterCall!(at, supernet.weights, {})
    await run.afterWeights!(at, supernet)
  }
  for (const at of [0, 1, 2, 3]) await epoch(whole, at)
  for (const at of [0, 1]) await epoch(broken, at)
  resumed.restore(broken.save())
  expect(await resumed.propose(1)).toEqual(await broken.propose(1))
  for (const at of [2, 3]) await epoch(resumed, at)
  expect([...resumed.alphas]).toEqual([...whole.alphas])
  expect(resumed.cost).toBe(whole.cost)
})
