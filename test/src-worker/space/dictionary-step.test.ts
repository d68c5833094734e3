import { describe, expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { boundSquaredNorm } from '#worker/space/dictionary-bound.ts'
import { type DictionarySpec, DictionarySteps, unitAtoms } from '#worker/space/dictionary-step.ts'

type Shape = DictionarySpec['shape']

function randomDictionary([inputs, outputs, taps]: Shape, seed: number): Float32Array {
  const random = stream(seed, 'dictionary')
  return Float32Array.from({ length: inputs * outputs * taps }, () => random.normal())
}

/** A as a matrix, rows (i, l), columns (c, m): A[i, c, m − l + p]. */
function matrixOf(dictionary: Float32Array, [inputs, outputs, taps]: Shape, length: number): number[][] {
  const atoms = unitAtoms(dictionary, [inputs, outputs, taps])
  return Array.from({ length: inputs * length }, (_, row) =>
    Array.from({ length: outputs * length }, (_, column) => {
      const tap = (column % length) - (row % length) + (taps - 1) / 2
      if (tap < 0 || tap >= taps) return 0
      return atoms[(Math.floor(row / length) * outputs + Math.floor(column / length)) * taps + tap]
    }),
  )
}

/** The largest eigenvalue of MᵀM, by many power iterations on the whole matrix. */
function squaredNorm(matrix: number[][]): number {
  const random = stream(1, 'start')
  let z = matrix[0].map(() => random.normal())
  let norm = 0
  for (let i = 0; i < 2000; i++) {
    const image = matrix.map((row) => row.reduce((sum, value, k) => sum + value * z[k], 0))
    const back = z.map((_, k) => matrix.reduce((sum, row, r) => sum + row[k] * image[r], 0))
    norm = Math.hypot(...back)
    z = back.map((value) => value / norm)
  }
  return norm
}

const cases: { shape: Shape; length: number }[] = [
  { shape: [3, 4, 3], length: 5 },
  { shape: [6, 3, 3], length: 4 },
  { shape: [4, 4, 1], length: 1 },
  { shape: [2, 5, 5], length: 3 },
]

describe.each(cases)('a dictionary of $shape on $length positions', ({ shape, length }) => {
  const dictionary = randomDictionary(shape, 11)
  const truth = squaredNorm(matrixOf(dictionary, shape, length))

  it('has atoms of unit norm', () => {
    const atoms = unitAtoms(dictionary, shape)
    const [inputs, outputs, taps] = shape
    for (let c = 0; c < outputs; c++) {
      let square = 0
      for (let i = 0; i < inputs; i++)
        for (let t = 0; t < taps; t++) square += atoms[(i * outputs + c) * taps + t] ** 2
      expect(square).toBeCloseTo(1, 12)
    }
  })

  it('has a bound above its squared norm, and not far above', () => {
    const bound = boundSquaredNorm(dictionary, { shape, length })
    expect(bound).toBeGreaterThanOrEqual(truth)
    expect(bound).toBeLessThan(2 * truth)
  })

  it('gets a training step that its norm allows', () => {
    const steps = new DictionarySteps([{ name: 'a', shape, length }], [{ name: 'a', offset: 2 }])
    const weights = new Float32Array([7, 7, ...dictionary])
    const [first] = steps.update(weights)
    expect(first * truth).toBeGreaterThan(0.89)
    expect(first * truth).toBeLessThan(0.95)
    for (let i = 0; i < 100; i++) steps.update(weights)
    expect(steps.update(weights)[0] * truth).toBeCloseTo(0.9, 4)
  })
})

it.each([5, 6, 7])('the bound meets the norm of a long sequence: it errs by the border only (%i)', (seed) => {
  const shape: Shape = [2, 2, 3]
  const dictionary = randomDictionary(shape, seed)
  const truth = squaredNorm(matrixOf(dictionary, shape, 40))
  const bound = boundSquaredNorm(dictionary, { shape, length: 40 })
  expect(bound).toBeGreaterThanOrEqual(truth)
  expect(bound).toBeLessThan(1.02 * truth)
})

it('the bound of one filter (1, 1, −1) / √3 is the height of its spectrum', () => {
  // |1 + e^(−iω) − e^(−2iω)|² = 3 − 2 cos 2ω, at most 5, where ω = π/2: 10 of 40 frequencies
  const bound = boundSquaredNorm([1, 1, -1], { shape: [1, 1, 3], length: 38 })
  expect(bound).toBeGreaterThanOrEqual(5 / 3)
  expect(bound).toBeLessThan(1.002 * (5 / 3))
})

it('the bound of a large random dictionary is far below the sum of its squares', () => {
  const shape: Shape = [48, 48, 3]
  const bound = boundSquaredNorm(randomDictionary(shape, 2), { shape, length: 16 })
  expect(bound).toBeGreaterThan(2)
  expect(bound).toBeLessThan(6)
})

it('steps go on from restored vectors as if nothing had happened', () => {
  const specs: DictionarySpec[] = [
    { name: 'a', shape: [3, 4, 3], length: 5 },
    { name: 'b', shape: [4, 4, 1], length: 1 },
  ]
  const layout = [
    { name: 'b', offset: 36 },
    { name: 'a', offset: 0 },
  ]
  const weights = [0, 1, 2].map((seed) => randomDictionary([52, 1, 1], seed))
  const whole = new DictionarySteps(specs, layout)
  whole.update(weights[0])
  whole.update(weights[1])
  const resumed = new DictionarySteps(specs, layout)
  resumed.state.set(whole.state)
  expect(resumed.update(weights[2])).toEqual(whole.update(weights[2]))
})

it('an empty dictionary still has a step', () => {
  const steps = new DictionarySteps([{ name: 'a', shape: [2, 2, 3], length: 4 }], [{ name: 'a', offset: 0 }])
  expect([...steps.update(new Float32Array(12))]).toEqual([1])
})
