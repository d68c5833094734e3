import { expect, it } from 'vitest'
import { add, gemm, matmul, reshape, scan } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { countProductOperations, measurePeak } from '../../../bench/benchmarks/training-step/products.ts'

it('counts two operations for every number of a product and of its inner size, inside loops once', () => {
  const graph = new Graph({ symbol: 'steps' })
  const w = graph.input('w', [3, 5])
  const { states } = scan(graph, {
    states: [graph.input('x', [3, 5])],
    scanned: [graph.input('steps', [-1, 3, 7])],
    body: ([x], [step]) => {
      matmul(step, step.graph.constant(new Float32Array(7).fill(1), [7, 1]))
      return {
        states: [add(x, gemm(step, matmul(reshape(step, [7, 3]), w), { transposeA: false }))],
        outputs: [],
      }
    },
  })
  graph.output(gemm(states[0], w, { transposeA: true }), 'y')
  // Unused: the product with ones. [7, 3] · [3, 5], [3, 7] · [7, 5] and [5, 3] · [3, 5] are used.
  expect(countProductOperations(graph)).toBe(2 * (7 * 3 * 5 + 3 * 7 * 5 + 5 * 3 * 5))
})

it('a machine multiplies at some speed', async () => {
  expect(await measurePeak(1, 64)).toBeGreaterThan(0.01)
})
