import { describe, expect, it } from 'vitest'
import * as f from '#worker/graph/functions.ts'
import { gradient } from '#worker/graph/gradient.ts'
import { Graph } from '#worker/graph/graph.ts'
import { primitives } from '#worker/graph/primitives/index.ts'
import type { Tensor } from '#worker/graph/tensor.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { createSession, floats } from '#worker/onnx/session.ts'
import { compare, type Case } from './finite-differences.ts'
import { cases } from './primitive-cases.ts'

const tolerance = 3e-3
const table = Object.values(primitives)
const examplesOf = (name: string) => cases[name as keyof typeof cases]

describe.each(table.filter(({ gradient }) => typeof gradient === 'function'))(
  'the gradient of $name',
  ({ name }) => {
    const examples = examplesOf(name) as readonly Case[]

    it.each(examples)('agrees with finite differences: $title', async (example) => {
      const { errors, errorsScaled } = await compare(example)
      for (const error of errors) expect(error).toBeLessThan(tolerance)
      for (const error of errorsScaled) expect(error).toBeGreaterThan(tolerance)
    })

    it('is reached by an example', () => {
      const used = examples.flatMap(({ shapes, build }) => {
        const graph = new Graph()
        build(...shapes.map((shape, i) => graph.input(`x${i}`, shape)))
        return graph.nodes.map((node) => node.primitive.name)
      })
      expect(used).toContain(name)
    })
  },
)

it.each(table.filter(({ gradient }) => gradient === 'none'))(
  'no gradient flows through $name',
  async ({ name }) => {
    const { zero } = examplesOf(name) as { zero: (x: Tensor) => Tensor }
    expect(await slopesOf(zero, [-1, 0, 2])).toEqual([0, 0, 0])
  },
)

it('only loops, branches, moving slices and what gradients are made of have no gradient at all', () => {
  const names = table.filter(({ gradient }) => gradient === 'unsupported').map(({ name }) => name)
  expect(names).toEqual(['BatchNormalization', 'If', 'Scan', 'ScatterElements', 'SliceAt'])
})

describe('gradient', () => {
  it('is zero for a tensor that the loss does not depend on', async () => {
    expect(await slopesOf((x) => x.graph.constant([1, 2]), [1, 2, 3])).toEqual([0, 0, 0])
  })

  it('adds up over all uses of a tensor', async () => {
    const slopes = await slopesOf((x) => f.add(f.multiply(x, x), f.multiply(x, 3)), [1, 2, 3])
    expect(slopes).toEqual([5, 7, 9])
  })

  it('stops at a stopped tensor only on that path', async () => {
    const slopes = await slopesOf((x) => f.multiply(f.stopGradient(x), x), [1, 2, 3])
    expect(slopes).toEqual([1, 2, 3])
  })

  it('refuses to lead through a scan, naming its scope', () => {
    const graph = new Graph()
    const x = graph.input('x', [3])
    const { states } = graph.scope('loop', () =>
      f.scan(graph, {
        states: [graph.constant(0)],
        scanned: [graph.constant([1, 2])],
        body: ([sum], [element]) => ({
          states: [f.add(sum, f.multiply(element, f.reduceSum(x)))],
          outputs: [],
        }),
      }),
    )
    expect(() => gradient(states[0], [x])).toThrow(/loop.*Scan has no gradient/)
  })

  it('refuses a loss that is not scalar, and a symbolic batch', () => {
    const graph = new Graph()
    const x = graph.input('x', [3])
    expect(() => gradient(x, [x])).toThrow(/scalar/)
    const y = graph.input('y', [-1, 3])
    expect(() => gradient(f.reduceSum(y), [y])).toThrow(/static batch/)
  })

  it('refuses to flow through batch statistics', () => {
    const graph = new Graph()
    const x = graph.input('x', [4, 2])
    const { variance } = f.batchNormTraining(x, graph.constant([1, 1]), graph.constant([0, 0]))
    expect(() => gradient(f.reduceSum(variance), [x])).toThrow(/statistics/)
  })
})

/** The gradient of the sum of `build` at three values. */
async function slopesOf(build: (x: Tensor) => Tensor, values: number[]): Promise<number[]> {
  const graph = new Graph()
  const x = graph.input('x', [3])
  graph.output(gradient(f.reduceSum(build(x)), [x])[0], 'slope')
  const session = await createSession(encodeModel(graph))
  const results = await session.run({ x: floats(Float32Array.from(values), [3]) })
  await session.release()
  return Array.from(results['slope'].data as Float32Array)
}
