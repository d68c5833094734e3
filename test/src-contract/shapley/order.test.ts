import { describe, expect, it } from 'vitest'
import { orderFromErrors, orderSettled, ordersOf, settledOverEpochs } from '#contract/shapley/order.ts'
import type { Estimate } from '#worker/shapley/estimator.ts'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { playersOf, tableGame } from '../../src-worker/shapley/games.ts'

const players = playersOf(4, (i) => ({ decision: i < 3 ? 'node' : 'alone' }))

function estimateFrom(marginals: number[][]): Estimate {
  const contributions = marginals.map((samples, i) => ({
    id: players[i].id,
    phi: samples.reduce((sum, x) => sum + x, 0) / samples.length,
    standardError: 0,
    low: 0,
    high: 0,
    samples: samples.length,
  }))
  const origin = {
    estimator: 'grouped',
    exact: false,
    grand: 1,
    empty: 0,
    gap: 0,
    evaluations: 1,
    requests: 1,
  }
  return { ...origin, contributions, marginals }
}

const wave = Array.from({ length: 20 }, (_, t) => Math.sin(t))
const plus = (x: number) => wave.map((y, t) => x + y + 0.01 * Math.cos(7 * t))

describe('orderSettled', () => {
  it('compares pairs, so noise that the players share does not hide their order', () => {
    const order = orderSettled(estimateFrom([wave, plus(0.1), plus(-1), wave]), players, 'node')!
    expect(order).toMatchObject({ first: 'p1', second: 'p0', settled: true })
    expect(order.difference).toBeCloseTo(0.1, 2)
    expect(order.standardError).toBeLessThan(0.01)
  })

  it('does not settle what differs by less than its error', () => {
    const noisy = wave.map((y, t) => y + 0.02 + Math.cos(5 * t))
    expect(orderSettled(estimateFrom([wave, noisy, plus(-1), wave]), players, 'node')!.settled).toBe(false)
  })

  it('asks more where more players compete', () => {
    // t = 2.5 with 19 degrees of freedom: enough for two players (2.09), not for three (Bonferroni: 2.62).
    const errors = Array.from({ length: 20 }, (_, t) => (t % 2 === 0 ? 1 : -1))
    const se = Math.sqrt(20 / 19 / 20)
    const better = errors.map((e) => e + 2.5 * se)
    const zero = errors.map(() => 0)
    const low = errors.map(() => -9)
    expect(orderSettled(estimateFrom([better, zero, low, zero]), players, 'node')!.settled).toBe(false)
    const two = playersOf(4, (i) => ({ decision: i < 2 ? 'node' : 'other' }))
    expect(orderSettled(estimateFrom([better, zero, low, zero]), two, 'node')!.settled).toBe(true)
  })

  it('uses the permutations that both players share', () => {
    const short = wave.slice(0, 6).map((y) => y - 1)
    const order = orderSettled(estimateFrom([wave, short, plus(-9), wave]), players, 'node')!
    expect(order).toMatchObject({ first: 'p0', second: 'p1', settled: true })
    expect(order.difference).toBeCloseTo(1, 12)
  })

  it('never settles on a handful of permutations, however equal their differences', () => {
    const few = [[1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0], [0]]
    expect(orderSettled(estimateFrom(few), players, 'node')!.settled).toBe(false)
  })

  it('does not settle on equal differences by less than what may be unseen', () => {
    const settled = (difference: number) =>
      orderSettled(estimateFrom([wave.map((y) => y + difference), wave, plus(-9), wave]), players, 'node')!
        .settled
    // of 20 permutations 1 − 0.025^(1/20) = 17 % may be unseen, of a range of 2
    expect(settled(0.3)).toBe(false)
    expect(settled(0.4)).toBe(true)
    const additive = [0.3, 0.2, 0, 0].map((phi) => wave.map(() => phi))
    expect(orderSettled(estimateFrom(additive), players, 'node')!.settled).toBe(true)
  })

  it('does not settle where the longer tail of the differences reaches below 0', () => {
    // one difference in twenty takes much: 2.4 standard errors are enough for Student (2.09), not for the tail
    const rare = (mean: number) => wave.map((_, t) => mean + (t === 0 ? -0.95 : 0.05))
    const settled = (mean: number) =>
      orderSettled(estimateFrom([rare(mean), wave.map(() => 0)]), playersOf(2), 'all')!.settled
    expect(settled(2.4 * 0.05)).toBe(false)
    expect(settled(6 * 0.05)).toBe(true)
  })

  it('takes exact values at their word', async () => {
    const { game } = tableGame(
      Array.from({ length: 16 }, (_, mask) => 2 * (mask & 1) + ((mask >> 1) & 1)),
      players,
    )
    const request = { seed: 0, epoch: 0, budgets: [1, 1, 1, 1] }
    const result = await estimate(estimators.exact, game, request)
    const expected = {
      first: 'p0',
      second: 'p1',
      difference: 1,
      settled: true,
      decision: 'node',
      standardError: 0,
    }
    expect(orderSettled(result, players, 'node')).toEqual(expected)
  })

  it('has nothing to say of a decision with one player', () => {
    expect(orderSettled(estimateFrom([wave, wave, wave, wave]), players, 'alone')).toBeNull()
  })
})

describe('ordersOf', () => {
  it('has one order for each decision in which there is something to order', () => {
    const orders = ordersOf(estimateFrom([wave, plus(0.1), plus(-1), wave]), players)
    expect(orders.map(({ decision, first }) => [decision, first])).toEqual([['node', 'p1']])
  })
})

describe('orderFromErrors', () => {
  const contribution = (id: string, phi: number, standardError: number | null) => {
    return { id, phi, standardError, low: null, high: null, samples: 20 }
  }

  it('adds the errors of both as if they were sampled apart', () => {
    const order = (difference: number) =>
      orderFromErrors('node', [contribution('a', 0, 0.03), contribution('b', difference, 0.04)], false)!
    // √(0.03² + 0.04²) = 0.05; t(0.05, 19) = 2.093
    expect(order(0.1).standardError).toBeCloseTo(0.05, 12)
    expect(order(0.104)).toMatchObject({ first: 'b', second: 'a', settled: false })
    expect(order(0.105).settled).toBe(true)
  })

  it('counts as many orders as the player with fewer of them has', () => {
    const few = { ...contribution('b', 1, 0.01), samples: 4 }
    expect(orderFromErrors('node', [contribution('a', 0, 0.01), few], false)!.settled).toBe(false)
  })

  it('settles nothing without errors, and everything where φ is exact', () => {
    const both = [contribution('a', 0.2, null), contribution('b', 0.1, null)]
    expect(orderFromErrors('node', both, false)!.settled).toBe(false)
    expect(orderFromErrors('node', both, true)).toMatchObject({ settled: true, standardError: 0 })
    expect(orderFromErrors('node', both.slice(1), true)).toBeNull()
  })
})

describe('settledOverEpochs', () => {
  const order = (first: string, settled: boolean) => {
    return { decision: 'node', first, second: 'p9', difference: 1, standardError: 0.1, settled }
  }

  it('needs two epochs in a row with the same winner', () => {
    expect(settledOverEpochs(order('p0', true), order('p0', true))).toBe(true)
    expect(settledOverEpochs(order('p1', true), order('p0', true))).toBe(false)
    expect(settledOverEpochs(order('p0', false), order('p0', true))).toBe(false)
    expect(settledOverEpochs(null, order('p0', true))).toBe(false)
  })
})
