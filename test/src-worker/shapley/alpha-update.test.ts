import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distanceMoved, initialAlphaState, updateAlphas } from '#worker/shapley/alpha-update.ts'

const start = initialAlphaState({ inter: [0, 0], operations: [0.1, 0.2, 0.3] })
const phi = { inter: [0.3, 0.4], operations: [0, 0, -0.2] }
const paper = { step: 0.1, momentum: 0, warmup: 0 }

describe('updateAlphas', () => {
  it('moves each tensor by a step of length ε along its φ', () => {
    const { alphas } = updateAlphas(start, phi, 0, paper)
    expect(alphas.inter[0]).toBeCloseTo(0.06, 12)
    expect(alphas.inter[1]).toBeCloseTo(0.08, 12)
    expect(alphas.operations).toEqual([0.1, 0.2, expect.closeTo(0.2, 12)])
  })

  it('does not depend on the scale of φ, and moves by ε exactly', () => {
    const vector = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 })
    const momenta = fc.constantFrom(0, 0.8)
    fc.assert(
      fc.property(
        vector,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        momenta,
        (inter, scale, momentum) => {
          fc.pre(Math.hypot(...inter) > 1e-6)
          const settings = { ...paper, momentum }
          const once = updateAlphas(start, { ...phi, inter }, 0, settings)
          const scaled = updateAlphas(start, { ...phi, inter: inter.map((x) => x * scale) }, 0, settings)
          scaled.alphas.inter.forEach((alpha, i) => expect(alpha).toBeCloseTo(once.alphas.inter[i], 9))
          expect(distanceMoved(start.alphas, once.alphas).inter).toBeCloseTo(0.1, 9)
        },
      ),
    )
  })

  it('turns slowly with momentum: s ← μ s + (1 − μ) g, then a unit step along s', () => {
    const settings = { ...paper, momentum: 0.8 }
    const first = updateAlphas(start, { ...phi, inter: [1, 0] }, 0, settings)
    expect(first.momentum.inter[0]).toBeCloseTo(0.2, 12)
    const second = updateAlphas(first, { ...phi, inter: [0, 5] }, 1, settings)
    expect(second.momentum.inter).toEqual([expect.closeTo(0.16, 12), expect.closeTo(0.2, 12)])
    const length = Math.hypot(0.16, 0.2)
    expect(second.alphas.inter[0]).toBeCloseTo(0.1 + (0.1 * 0.16) / length, 12)
    expect(second.alphas.inter[1]).toBeCloseTo((0.1 * 0.2) / length, 12)
  })

  it('stays where φ is nothing, without dividing by zero', () => {
    const { alphas } = updateAlphas(start, { inter: [0, 0], operations: [1e-13, 0, 0] }, 0, paper)
    expect(alphas).toEqual(start.alphas)
  })

  it('leaves α and momentum alone during the warmup', () => {
    const settings = { ...paper, momentum: 0.8, warmup: 3 }
    expect(updateAlphas(start, phi, 2, settings)).toBe(start)
    expect(updateAlphas(start, phi, 3, settings).alphas).not.toEqual(start.alphas)
  })

  it('takes one step over all tensors together when asked', () => {
    const { alphas } = updateAlphas(start, phi, 0, { ...paper, norm: 'all' })
    const moved = distanceMoved(start.alphas, alphas)
    expect(Math.hypot(moved.inter, moved.operations)).toBeCloseTo(0.1, 12)
    expect(moved.inter / moved.operations).toBeCloseTo(0.5 / 0.2, 9)
  })

  it('follows φ in standard deviations from its mean when asked, without a unit norm', () => {
    const settings = { ...paper, momentum: 0.8, scale: 'z-score' } as const
    // z of (1, 2, 3) is (−1, 0, 1); the entry without a player counts nowhere and stays
    const state = initialAlphaState({ inter: [0, 0, 0, 0.5] })
    const { alphas, momentum } = updateAlphas(state, { inter: [1, 2, 3, NaN] }, 0, settings)
    expect(momentum.inter.map((s) => Math.round(10 * s))).toEqual([-2, 0, 2, 0])
    expect(alphas.inter).toEqual([expect.closeTo(-0.02, 12), 0, expect.closeTo(0.02, 12), 0.5])
    expect(updateAlphas(state, { inter: [1, 1, 1, NaN] }, 0, settings).alphas).toEqual(state.alphas)
  })

  it('leaves entries without a player out of the length of a step', () => {
    const { alphas } = updateAlphas(start, { ...phi, inter: [0.3, NaN] }, 0, paper)
    expect(alphas.inter).toEqual([expect.closeTo(0.1, 12), 0])
  })

  it('does not touch its arguments', () => {
    const frozen = initialAlphaState({ inter: Object.freeze([0, 0]), operations: Object.freeze([0, 0, 0]) })
    updateAlphas(frozen, phi, 0, paper)
    expect(frozen.alphas.inter).toEqual([0, 0])
  })

  it('refuses a φ that does not cover the tensors', () => {
    expect(() => updateAlphas(start, { inter: [1, 1] }, 0, paper)).toThrow('operations[3]')
    expect(() => updateAlphas(start, { ...phi, inter: [1] }, 0, paper)).toThrow(RangeError)
  })
})
