import { describe, expect, it } from 'vitest'
import { add, gemm, matmul, reshape, relu, split } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'

describe('a graph', () => {
  it('names the scope and the shapes of what does not fit', () => {
    const graph = new Graph()
    const a = graph.input('a', [2, 3])
    const b = graph.input('b', [4, 5])
    const build = () => graph.scope('cell 1', () => graph.scope('glu', () => gemm(a, b)))
    expect(build).toThrow(/cell 1 \/ glu: Gemm of \[2,3\] and \[4,5\]: the inner sizes 3 and 4 differ/)
    expect(graph.where).toBe('')
  })

  it.each<[string, (graph: Graph) => unknown]>([
    ['broadcast', (graph) => add(graph.input('a', [2, 3]), graph.input('b', [2]))],
    ['elements', (graph) => reshape(graph.input('a', [2, 3]), [5])],
    ['add up', (graph) => split(graph.input('a', [2, 3]), [1, 1], 1)],
    ['do not mix', (graph) => add(graph.input('a', [2]), graph.input('i', [2], 'int64'))],
    ['inner sizes', (graph) => matmul(graph.input('a', [2, 3, 4]), graph.input('b', [2, 3, 4]))],
  ])('refuses at construction: %s', (text, build) => {
    expect(() => build(new Graph())).toThrow(new RegExp(text))
  })

  it('does not take half a symbolic batch for a whole one', () => {
    const x = new Graph().input('x', [-1, 6])
    expect(reshape(x, [-2, 3]).shape).toEqual([-2, 3])
    expect(() => reshape(x, [-1, 3])).toThrow(/elements/)
  })

  it('stores equal small constants once, and tells types, shapes and signs of zero apart', () => {
    const graph = new Graph()
    const one = graph.constant([1, 2])
    expect(graph.constant([1, 2])).toBe(one)
    expect(graph.constant([1, 2], [2, 1])).not.toBe(one)
    expect(graph.constant([1, 2], [2], 'int64')).not.toBe(one)
    expect(graph.constant(0)).not.toBe(graph.constant(-0))
    const ones = new Float32Array(1000).fill(1)
    expect(graph.constant(ones)).toBe(graph.constant(ones.slice()))
  })

  it('refuses tensors of another graph, and two inputs of one name', () => {
    const graph = new Graph()
    const x = graph.input('x', [2])
    expect(() => add(x, new Graph().input('y', [2]))).toThrow(/not open here/)
    expect(() => graph.input('x', [3])).toThrow(/two inputs/)
  })

  it('gives names that carry the prefix and are unique', () => {
    const graph = new Graph({ prefix: 'fusion/' })
    const x = graph.input('x', [2])
    const names = [relu(x).name, relu(x).name]
    expect(new Set(names).size).toBe(2)
    expect(names.every((name) => name.startsWith('fusion/Relu_'))).toBe(true)
  })
})
