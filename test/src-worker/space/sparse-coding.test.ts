import { describe, expect, it } from 'vitest'
import { gradient } from '#worker/graph/gradient.ts'
import { multiply, reduceSum } from '#worker/graph/functions.ts'
import { stream } from '#worker/random.ts'
import { boundSquaredNorm } from '#worker/space/dictionary-bound.ts'
import { type DictionarySpec, unitAtoms } from '#worker/space/dictionary-step.ts'
import { type SparseCoding, sparseCode } from '#worker/space/sparse-coding.ts'
import { evaluate } from './evaluate.ts'

type Shape = DictionarySpec['shape']
/** `[length][channels]` of one sample. */
type Sequence = number[][]

const shape: Shape = [4, 3, 3]
const length = 5
const random = stream(23, 'sparse coding')
const draw = (count: number) => Array.from({ length: count }, () => Math.fround(random.normal()))
const dictionary = draw(shape[0] * shape[1] * shape[2])
const input: Sequence = Array.from({ length }, () => draw(shape[0]))
const step = 1 / boundSquaredNorm(dictionary, { shape, length })
const paper: SparseCoding = { lambda1: 0.1, lambda2: 0, iterations: 2, nonNegative: false }

/** (A z)[l, i] = Σ_{c,t} z[l + t − p, c] · A[i, c, t], entry by entry. */
function synthesise(atoms: ArrayLike<number>, [inputs, outputs, taps]: Shape, z: Sequence): Sequence {
  return z.map((_, l) =>
    Array.from({ length: inputs }, (_, i) => {
      let value = 0
      for (let c = 0; c < outputs; c++)
        for (let t = 0; t < taps; t++)
          value += (z[l + t - (taps - 1) / 2]?.[c] ?? 0) * atoms[(i * outputs + c) * taps + t]
      return value
    }),
  )
}

/** (Aᵀ r)[m, c] = Σ_{l,i} r[l, i] · A[i, c, m − l + p]: the transpose, entry by entry. */
function analyse(atoms: ArrayLike<number>, [inputs, outputs, taps]: Shape, r: Sequence): Sequence {
  return r.map((_, m) =>
    Array.from({ length: outputs }, (_, c) => {
      let value = 0
      for (let l = 0; l < r.length; l++)
        for (let i = 0; i < inputs; i++) {
          const tap = m - l + (taps - 1) / 2
          if (tap >= 0 && tap < taps) value += r[l][i] * atoms[(i * outputs + c) * taps + tap]
        }
      return value
    }),
  )
}

const combine = (a: Sequence, b: Sequence, f: (x: number, y: number) => number) =>
  a.map((row, l) => row.map((value, c) => f(value, b[l][c])))
const squareOf = (a: Sequence) => a.flat().reduce((sum, value) => sum + value ** 2, 0)

/** FISTA, or ISTA without momentum, as the papers write it; answers z₁ … z_K. */
function iterate(u: Sequence, tau: number, options: SparseCoding, momentum = true): Sequence[] {
  const atoms = unitAtoms(dictionary, shape)
  const shrink = (v: number) => {
    const size = options.nonNegative ? Math.max(v, 0) : Math.abs(v)
    return (Math.sign(v) * Math.max(size - tau * options.lambda1, 0)) / (1 + 2 * tau * options.lambda2)
  }
  const codes: Sequence[] = []
  let z: Sequence = u.map(() => Array.from({ length: shape[1] }, () => 0))
  let y = z
  let t = 1
  for (let j = 1; j <= options.iterations; j++) {
    const residual = combine(u, synthesise(atoms, shape, y), (a, b) => a - b)
    const next = combine(y, analyse(atoms, shape, residual), (a, b) => shrink(a + tau * b))
    const following = (1 + Math.sqrt(1 + 4 * t * t)) / 2
    y = momentum ? combine(next, z, (a, b) => a + ((t - 1) / following) * (a - b)) : next
    t = following
    z = next
    codes.push(z)
  }
  return codes
}

/** ½‖u − Az‖² + λ₁‖z‖₁ + λ₂‖z‖² */
function objective(u: Sequence, z: Sequence, { lambda1, lambda2 }: SparseCoding): number {
  const residual = combine(u, synthesise(unitAtoms(dictionary, shape), shape, z), (a, b) => a - b)
  const size = z.flat().reduce((sum, value) => sum + Math.abs(value), 0)
  return squareOf(residual) / 2 + lambda1 * size + lambda2 * squareOf(z)
}

it('the reference operators are adjoint: ⟨Az, r⟩ = ⟨z, Aᵀr⟩', () => {
  const atoms = unitAtoms(dictionary, shape)
  const z = Array.from({ length }, () => draw(shape[1]))
  const inner = (a: Sequence, b: Sequence) =>
    combine(a, b, (x, y) => x * y)
      .flat()
      .reduce((sum, p) => sum + p, 0)
  const [left, right] = [inner(synthesise(atoms, shape, z), input), inner(z, analyse(atoms, shape, input))]
  expect(Math.abs(left - right)).toBeLessThan(1e-14 * Math.sqrt(squareOf(z) * squareOf(input)) * 10)
})

describe('the reference iteration', () => {
  const best = iterate(input, step, { ...paper, iterations: 20000 }).at(-1)!
  const least = objective(input, best, paper)

  it('falls at every iteration without momentum, at the proven step', () => {
    const values = iterate(input, step, { ...paper, iterations: 60 }, false).map((z) =>
      objective(input, z, paper),
    )
    values.reduce((before, after) => (expect(after).toBeLessThanOrEqual(before + 1e-12), after))
  })

  it('falls over the first two iterations with momentum, which does not act yet', () => {
    const two = { ...paper, iterations: 2 }
    expect(iterate(input, step, two)).toEqual(iterate(input, step, two, false))
  })

  it('comes to the least value as fast as FISTA promises', () => {
    const bound = (2 * squareOf(best)) / step
    iterate(input, step, { ...paper, iterations: 300 }).forEach((z, i) => {
      expect(objective(input, z, paper) - least).toBeLessThanOrEqual(bound / (i + 2) ** 2 + 1e-12)
    })
  })

  it('grows without limit at a step far above the proven one', () => {
    const wild = iterate(input, 4 * step, { ...paper, iterations: 60 }, false)
    expect(objective(input, wild.at(-1)!, paper)).toBeGreaterThan(objective(input, wild[0], paper))
  })
})

async function graphCode(u: Sequence[], options: SparseCoding, tau = step): Promise<number[]> {
  const { z } = await evaluate(
    (builder) => ({
      z: sparseCode(
        [builder.input('u', [u.length, length, shape[0]])],
        builder.parameter('v', shape, { kind: 'zeros' }),
        builder.input('tau', []),
        options,
      ),
    }),
    { u: u.flat(2), v: dictionary, tau: [tau] },
    u.length,
  )
  return z
}

describe('the layer', () => {
  it.each<Partial<SparseCoding>>([
    { iterations: 1 },
    {},
    { iterations: 7 },
    { iterations: 3, lambda2: 0.3 },
    { iterations: 4, nonNegative: true },
    { iterations: 3, lambda1: 0 },
  ])('is the reference iteration: %o', async (options) => {
    const settings = { ...paper, ...options }
    const second = Array.from({ length }, () => draw(shape[0]))
    const z = await graphCode([input, second], settings)
    const expected = [input, second].flatMap((u) => iterate(u, step, settings).at(-1)!.flat())
    z.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5))
    expect(z.some((value) => value !== 0)).toBe(true)
  })

  it('meets the conditions of a minimum after 500 iterations', async () => {
    const flat = await graphCode([input], { ...paper, iterations: 500 })
    const z = Array.from({ length }, (_, l) => flat.slice(l * shape[1], (l + 1) * shape[1]))
    const atoms = unitAtoms(dictionary, shape)
    const residual = combine(input, synthesise(atoms, shape, z), (a, b) => a - b)
    const slope = analyse(atoms, shape, residual).flat()
    slope.forEach((value, i) => {
      const excess =
        flat[i] === 0 ? Math.max(Math.abs(value) - 0.1, 0) : Math.abs(value - 0.1 * Math.sign(flat[i]))
      expect(excess).toBeLessThan(1e-4)
    })
    expect(flat.filter((value) => value === 0).length).toBeGreaterThan(0)
  })

  it('codes two equal parts as it codes their concatenation', async () => {
    const tau = 1 / boundSquaredNorm(dictionary, { shape, length })
    const { folded, whole } = await evaluate(
      (builder) => {
        const v = builder.parameter('v', shape, { kind: 'zeros' })
        const half = builder.input('half', [1, length, 2])
        const copy = builder.input('copy', [1, length, 2])
        const t = builder.input('tau', [])
        return { folded: sparseCode([half, half], v, t, paper), whole: sparseCode([half, copy], v, t, paper) }
      },
      { v: dictionary, half: input.flat().slice(0, 10), copy: input.flat().slice(0, 10), tau: [tau] },
    )
    folded.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 6))
    expect(folded.some((value) => value !== 0)).toBe(true)
  })

  it('has the gradients that finite differences find', async () => {
    const weights = draw(length * shape[1])
    const options = { ...paper, iterations: 3 }
    const { du, dv } = await evaluate(
      (builder) => {
        const u = builder.input('u', [1, length, shape[0]])
        const v = builder.parameter('v', shape, { kind: 'zeros' })
        const z = sparseCode([u], v, builder.input('tau', []), options)
        const loss = reduceSum(multiply(z, builder.input('weights', [1, length, shape[1]])))
        const [du, dv] = gradient(loss, [u, v])
        return { du, dv }
      },
      { u: input.flat(), v: dictionary, tau: [step], weights },
    )
    const loss = (u: Sequence) =>
      iterate(u, step, options)
        .at(-1)!
        .flat()
        .reduce((sum, value, i) => sum + value * weights[i], 0)
    const bump = (at: number, by: number) =>
      loss(input.map((row, l) => row.map((value, i) => (l * shape[0] + i === at ? value + by : value))))
    du.forEach((value, at) => expect(value).toBeCloseTo((bump(at, 1e-5) - bump(at, -1e-5)) / 2e-5, 3))
    const kept = [...dictionary]
    dv.forEach((value, at) => {
      const moved = (by: number) => {
        dictionary[at] = kept[at] + by
        const result = loss(input)
        dictionary[at] = kept[at]
        return result
      }
      expect(value).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 3)
    })
  })
})
