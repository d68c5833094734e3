import { describe, expect, it } from 'vitest'
import { add, conditional, greater, multiply, reduceSum, scan } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import type { Tensor } from '#worker/graph/tensor.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { createSession, floats } from '#worker/onnx/session.ts'

describe('scan', () => {
  const build = () => {
    const graph = new Graph({ symbol: 'steps' })
    const elements = graph.input('elements', [-1, 2])
    const start = graph.input('start', [2])
    const factor = graph.input('factor', [2])
    const { states, outputs } = scan(graph, {
      states: [start],
      scanned: [elements],
      body: ([sum], [element]) => {
        const next = add(sum, multiply(element, factor))
        return { states: [next], outputs: [sum, reduceSum(next), factor] }
      },
    })
    graph.output(states[0], 'sum')
    outputs.forEach((output, i) => graph.output(output, `output${i}`))
    return { graph, outputs }
  }

  it.each([1, 3])('hands states on through %i elements and stacks outputs', async (count) => {
    const { graph } = build()
    const session = await createSession(encodeModel(graph))
    const elements = Float32Array.of(1, 2, 3, 4, 5, 6).subarray(0, 2 * count)
    const results = await session.run({
      elements: floats(elements, [count, 2]),
      start: floats(Float32Array.of(100, 200), [2]),
      factor: floats(Float32Array.of(1, 10), [2]),
    })
    const sums = [[101, 220], [104, 260], [109, 320]] // prettier-ignore
    expect(Array.from(results['sum'].data, Number)).toEqual(sums[count - 1])
    expect(Array.from(results['output0'].data, Number)).toEqual(
      [100, 200, ...sums.flat()].slice(0, 2 * count),
    )
    expect(results['output1'].shape).toEqual([count])
    expect(Array.from(results['output2'].data, Number)).toEqual([1, 10, 1, 10, 1, 10].slice(0, 2 * count))
    await session.release()
  })

  it('refuses a state that changes its shape, and tensors of its body outside', () => {
    const { graph, outputs } = build()
    const [state] = outputs
    const sums = { states: [graph.constant(0)], scanned: [state] }
    expect(() =>
      scan(graph, { ...sums, body: (_, [element]) => ({ states: [element], outputs: [] }) }),
    ).toThrow(/changes its shape/)
    let inner: Tensor | undefined
    scan(graph, { ...sums, body: ([s]) => ({ states: [(inner = add(s, 1))], outputs: [] }) })
    expect(() => add(inner!, 1)).toThrow(/not open here/)
  })
})

describe('conditional', () => {
  it('computes one branch inside a scan, with tensors around it', async () => {
    const graph = new Graph({ symbol: 'coalitions' })
    const weights = graph.input('weights', [-1])
    const x = graph.input('x', [2])
    const { outputs } = scan(graph, {
      states: [],
      scanned: [weights],
      body: (_, [weight]) => ({
        states: [],
        outputs: [
          conditional(
            greater(weight, 0),
            () => multiply(multiply(x, weight), 2),
            () => multiply(x, 0),
          ),
        ],
      }),
    })
    graph.output(outputs[0], 'y')
    const session = await createSession(encodeModel(graph))
    const results = await session.run({
      weights: floats(Float32Array.of(0, 1, 0.5), [3]),
      x: floats(Float32Array.of(1, 2), [2]),
    })
    expect(Array.from(results['y'].data, Number)).toEqual([0, 0, 2, 4, 1, 2])
    await session.release()
  })

  it('refuses branches of different shapes, naming the scope', () => {
    const graph = new Graph()
    const x = graph.input('x', [2])
    const build = () =>
      graph.scope('mix', () =>
        conditional(
          greater(reduceSum(x), 0),
          () => x,
          () => reduceSum(x),
        ),
      )
    expect(build).toThrow(/mix.*If.*\[2\] and \[\]/)
  })
})
