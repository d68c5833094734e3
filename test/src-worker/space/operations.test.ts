import { describe, expect, it } from 'vitest'
import { operationNames, type OperationName } from '#contract/genotype.ts'
import { buildOperation } from '#worker/space/fusion.ts'
import { operations } from '#worker/space/operations/index.ts'
import { createSpace } from '#worker/space/space.ts'
import { evaluate } from './evaluate.ts'
import { smallConfig } from './fixtures.ts'

const features = [
  { id: 'a.0', channels: 2 },
  { id: 'b.0', channels: 2 },
]
const two = { channels: 2, length: 2 }

// One sample of two positions and two channels.
const x = [
  [1, 2],
  [3, 4],
]
const y = [
  [0, 1],
  [-1, 2],
]

/** z of an operation on x and y, without batch norm, every step ½. Weights are named as within the operation. */
async function apply(
  operation: OperationName,
  weights: Record<string, readonly number[]> = {},
): Promise<number[]> {
  const path = `cell0/node0/${operation}`
  const space = createSpace(smallConfig({ ...two, operationNorm: 'none' }), features)
  const { z } = await evaluate(
    (builder) => {
      const pair = [builder.input('x', [1, 2, 2]), builder.input('y', [1, 2, 2])] as const
      const place = { cell: 0, node: 0, operation }
      return { z: buildOperation(builder, space, place, pair, () => builder.input('step', [])) }
    },
    {
      x: x.flat(),
      y: y.flat(),
      step: [0.5],
      ...Object.fromEntries(Object.entries(weights).map(([name, values]) => [`${path}/${name}`, values])),
    },
  )
  return z
}

/** Numbers that agree to five decimals. */
const about = (expected: readonly number[]) => expected.map((value) => expect.closeTo(value, 5) as number)

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))

/**
 * The code of a number under an atom of its own: z₁ = S(u/2), z₂ = S(z₁ + (u − z₁)/2), S shrinking by 0.05,
 * which is ¾u − 0.075 for u > 0.1.
 */
const code = (u: number) => (Math.abs(u) <= 0.1 ? 0 : 0.75 * u - 0.075 * Math.sign(u))

/** softmax(q·kᵀ / √2)·v, then layer norm over all four numbers. */
function attention(q: number[][], k: number[][], v: number[][]): number[] {
  const attended = q.flatMap((row) => {
    const powers = k.map((key) => Math.exp((row[0] * key[0] + row[1] * key[1]) / Math.SQRT2))
    const total = powers[0] + powers[1]
    return [0, 1].map((c) => (powers[0] * v[0][c] + powers[1] * v[1][c]) / total)
  })
  const mean = attended.reduce((sum, value) => sum + value, 0) / 4
  const variance = attended.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4
  return attended.map((value) => (value - mean) / Math.sqrt(variance + 1e-5))
}

// [x; y] is (1, 2, 0, 1) and (3, 4, −1, 2); its product with this is (1, 0) and (2, 1).
const w = [1, 0, 0, 1, 1, -1, 0, -2]
const identity = [1, 0, 0, 1]
const swap = [0, 2, 5, 0]
const plain = { 'layernorm/weight': [1, 1, 1, 1], 'layernorm/bias': [0, 0, 0, 0] }

/**
 * Atom 0 stands on x₀ and y₀ at once, with 1/√2 each after scaling; atom 1 on y₁ one position after its own:
 * V[input][atom][tap].
 */
const pairDictionary = [
  [
    [0, 4, 0],
    [0, 0, 0],
  ],
  [
    [0, 0, 0],
    [0, 0, 0],
  ],
  [
    [0, 4, 0],
    [0, 0, 0],
  ],
  [
    [0, 0, 0],
    [3, 0, 0],
  ],
].flat(2)

describe('by hand', () => {
  it('sum: x + y', async () => {
    expect(await apply('sum')).toEqual(about([1, 3, 2, 6]))
  })

  it('glu: a linear map of x, gated by one of y', async () => {
    const z = await apply('glu', { w1: [1, 0, 1, 1], b1: [0, 1], w2: [0, 1, 1, 0], b2: [0, 0] })
    expect(z).toEqual(about([3 * sigmoid(1), 3 * sigmoid(0), 7 * sigmoid(2), 5 * sigmoid(-1)]))
  })

  it('concat: ReLU of a linear map of both', async () => {
    expect(await apply('concat', { w, b: [-1.5, 1] })).toEqual(about([0, 1, 0.5, 2]))
  })

  it('se_layer: both, gated by a squeeze of their means (2, 3, −½, 1½)', async () => {
    // 2 − 1 + ½ = 1½ after the first layer, (3, −2) after the second
    const squeeze = { w1: [1, 0, 2, 0], b1: [0.5], w2: [2, -2], b2: [0, 1] }
    const z = await apply('se_layer', { ...squeeze, w, b: [0.5, -1] })
    expect(z).toEqual(about([sigmoid(3) + 0.5, -1, 2 * sigmoid(3) + 0.5, sigmoid(-2) - 1]))
  })

  it('se_layer: a squeeze below zero is cut', async () => {
    const squeeze = { w1: [-1, 0, 0, 0], b1: [0], w2: [7, 7], b2: [0, 0] }
    expect(await apply('se_layer', { ...squeeze, w, b: [0, 0] })).toEqual(about([0.5, 0, 1, 0.5]))
  })

  it('sparse_attention: attention of codes, the query with its channels swapped', async () => {
    const z = await apply('sparse_attention', { aq: swap, ak: identity, av: [2, 0, 0, 2], ...plain })
    const coded = y.map((row) => row.map(code))
    expect(z).toEqual(
      about(
        attention(
          x.map(([a, b]) => [code(b), code(a)]),
          coded,
          coded,
        ),
      ),
    )
  })

  it('sparse_glu: codes of x, gated by codes of y, one position later', async () => {
    const centre = [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0]
    // Tap 0 of an atom lies one position after it: position 0 codes y[1], position 1 has nothing to code.
    const after = [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]
    const z = await apply('sparse_glu', { a1: centre, b1: [1, 0], a2: after, b2: [0, -1] })
    expect(z).toEqual(
      about([
        (code(1) + 1) * sigmoid(code(-1)),
        code(2) * sigmoid(code(2) - 1),
        (code(3) + 1) * sigmoid(0),
        code(4) * sigmoid(-1),
      ]),
    )
  })

  it('sparse_concat: ReLU of the codes of both', async () => {
    const z = await apply('sparse_concat', { a: pairDictionary, b: [-0.5, 0.1] })
    // code(1/√2) − ½ is below zero
    expect(z).toEqual(about([0, 0.1 + code(2), code(Math.SQRT2) - 0.5, 0.1]))
  })

  it('sparse_se_layer: codes of both, gated by codes of codes of their means', async () => {
    // code(3) = 2.175 after the first. The second has the atoms 1 and −1 for one channel: from u = 2,
    // z₁ = S(±1) = ±0.95, u − Az₁ = 0.1, z₂ = S(±1) = ±0.95.
    const squeeze = { a1: [0, 2, 0, 0], b1: [-0.175], a2: [5, -3], b2: [0.05, -0.05] }
    const z = await apply('sparse_se_layer', { ...squeeze, a: pairDictionary, b: [0, 1] })
    expect(z).toEqual(
      about([code(Math.SQRT1_2) * sigmoid(1), code(2) * sigmoid(-1) + 1, code(Math.SQRT2) * sigmoid(1), 1]),
    )
  })

  it('scale_dot_attention: attention without projections', async () => {
    expect(await apply('scale_dot_attention', plain)).toEqual(about(attention(x, y, y)))
  })

  it('linear_glu: one linear map of both, one half gating the other', async () => {
    // values x₀ + y₁ and x₁, gates y₀ and 1 − x₀
    const rows = [
      [1, 0, 0, -1],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [1, 0, 0, 0],
    ]
    const z = await apply('linear_glu', { w: rows.flat(), b: [0, 0, 0, 1] })
    expect(z).toEqual(about([2 * sigmoid(0), 2 * sigmoid(0), 5 * sigmoid(-1), 4 * sigmoid(-2)]))
  })

  it('concat_fc: as concat', async () => {
    expect(await apply('concat_fc', { w, b: [-1.5, 1] })).toEqual(about([0, 1, 0.5, 2]))
  })
})

describe.each(operationNames)('%s', (operation) => {
  const place = { cell: 0, node: 0, operation }

  it('means the same whether its inputs are one tensor or two equal ones', async () => {
    const space = createSpace(smallConfig({ channels: 8, length: 5 }), features)
    const shape = [3, 5, 8]
    const values = Array.from({ length: 120 }, (_, i) => Math.sin(1 + i * i))
    const { folded, unfolded } = await evaluate(
      (builder) => {
        const stepOf = () => builder.input('step', [])
        const [s, copy] = [builder.input('s', shape), builder.input('copy', shape)]
        return {
          folded: buildOperation(builder, space, place, [s, s], stepOf),
          unfolded: buildOperation(builder, space, place, [s, copy], stepOf),
        }
      },
      { s: values, copy: values, step: [0.2] },
      3,
    )
    expect(folded).toEqual(about(unfolded))
    expect(Math.max(...folded) - Math.min(...folded)).toBeGreaterThan(0.1)
  })

  it('is in the table under its name, and of the family that its name says', () => {
    expect(operations[operation].name).toBe(operation)
    expect(operations[operation].family).toBe(operation.startsWith('sparse_') ? 'sparse' : 'normal')
  })
})
