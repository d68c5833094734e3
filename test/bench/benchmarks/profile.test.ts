import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { matmul, multiply, scan } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { loadGraph } from '#worker/onnx/load-graph.ts'
import { floats } from '#worker/onnx/session.ts'
import { sharesOf, takeProfile } from '../../../bench/benchmarks/training-step/profile.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

it('shares the time of the nodes among their operators, without the loop around them', () => {
  const node = (name: string, operator: string, dur: number) => ({
    cat: 'Node',
    name: `${name}_kernel_time`,
    dur,
    args: { op_name: operator },
  })
  const events = [
    { cat: 'Session', name: 'model_run', dur: 500 },
    node('loop', 'Scan', 400),
    node('a', 'Gemm', 30),
    node('a', 'Gemm', 30),
    node('b', 'Gemm', 15),
    node('c', 'Mul', 25),
    { ...node('c', 'Mul', 9), name: 'c_fence_before' },
  ]
  expect(sharesOf(JSON.stringify(events))).toEqual([
    { operator: 'Gemm', share: 0.75, nodes: 2 },
    { operator: 'Mul', share: 0.25, nodes: 1 },
  ])
})

it('reads what ONNX Runtime writes, and removes it', async () => {
  const folder = temporaryFolder()
  const graph = new Graph({ symbol: 'steps' })
  const { states } = scan(graph, {
    states: [graph.input('x', [2, 2])],
    scanned: [graph.input('steps', [-1, 2, 2])],
    body: ([x], [step]) => ({ states: [multiply(matmul(x, step), x)], outputs: [] }),
  })
  graph.output(states[0], 'y')
  const session = await loadGraph(graph, { profile: join(folder, 'steps') })
  await session.run({
    x: floats(Float32Array.of(1, 0, 0, 1), [2, 2]),
    steps: floats(new Float32Array(12).fill(1), [3, 2, 2]),
  })
  await session.release()
  const shares = takeProfile(join(folder, 'steps'))
  expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  expect(shares.map(({ operator }) => operator)).toContain('Mul')
  expect(readdirSync(folder)).toEqual([])
})
