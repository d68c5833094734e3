import { expect, it } from 'vitest'
import { add, conditional, greater, matmul, multiply, scan } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { loadGraph } from '#worker/onnx/load-graph.ts'
import { floats } from '#worker/onnx/session.ts'
import { splitGraph } from '#worker/search/coalitions/split-graph.ts'

/** Steps that multiply by what is made of weights, some of it inside branches. */
function loop(): Graph {
  const graph = new Graph({ symbol: 'steps' })
  const w = graph.input('w', [2, 2])
  const doubled = multiply(add(w, 1), 2)
  const unused = multiply(w, 5)
  expect(unused.shape).toEqual([2, 2])
  const { outputs } = scan(graph, {
    states: [],
    scanned: [graph.input('x', [-1, 1, 2]), graph.input('flag', [-1, 1])],
    body: (_, [x, flag]) => ({
      states: [],
      outputs: [
        conditional(
          greater(flag, 0),
          () => matmul(x, doubled),
          () => add(matmul(x, w), 1),
        ),
      ],
    }),
  })
  graph.output(outputs[0], 'y')
  return graph
}

it('a graph in two parts computes what it does whole, its fixed part once', async () => {
  const feeds = {
    w: floats(Float32Array.of(1, 2, 3, 4), [2, 2]),
    x: floats(Float32Array.of(1, -1, 2, 5), [2, 1, 2]),
    flag: floats(Float32Array.of(1, 0), [2, 1]),
  }
  const whole = await loadGraph(loop())
  const { prepared, rest } = splitGraph(loop(), (input) => input === 'w')
  expect(prepared.inputs.map(({ name }) => name)).toEqual(['w'])
  expect(prepared.outputs.length).toBe(1)
  expect(rest.nodes.map(({ primitive }) => primitive.name)).toEqual(['Scan'])
  const [first, second] = [await loadGraph(prepared), await loadGraph(rest)]
  const made = await first.run({ w: feeds.w })
  const expected = await whole.run(feeds)
  expect((await second.run({ ...feeds, ...made }))['y']).toEqual(expected['y'])
  expect([...(expected['y'].data as Float32Array)]).toEqual([-4, -4, 18, 25])
  for (const session of [whole, first, second]) await session.release()
})
