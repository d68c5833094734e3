import type { DeviceName, DeviceProbe } from '#contract/device.ts'
import { Problem } from '#contract/problem.ts'
import {
  add,
  conditional,
  greater,
  matmul,
  multiply,
  relu,
  reshape,
  scan,
  split,
} from '../graph/functions.ts'
import { Graph } from '../graph/graph.ts'
import { loadGraph } from './load-graph.ts'
import { floats } from './session.ts'

/** More outputs than a GPU binds buffers: the weights of a network are split like this. */
const pieces = 20

/**
 * What training and the valuation of coalitions are made of: a loop over steps that hands its state on, a wide split,
 * a product, and a branch. y = ReLU((x + Σ steps · Σ 1 … 20) · [1, −1])
 */
function smallModel(): Graph {
  const graph = new Graph({ name: 'probe' })
  const weights = graph.constant(Array.from({ length: pieces }, (_, i) => i + 1))
  const { states } = scan(graph, {
    name: 'steps',
    states: [graph.input('x', [1, 1])],
    scanned: [graph.input('steps', [2])],
    body: ([x], [step]) => {
      const ones = Array.from({ length: pieces }, () => 1)
      const sum = split(weights, ones, 0).reduce((total, piece) => add(total, piece))
      const taken = conditional(
        greater(step, 0),
        () => multiply(sum, step),
        () => multiply(sum, 0),
      )
      return { states: [add(x, reshape(taken, [1, 1]))], outputs: [] }
    },
  })
  graph.output(relu(matmul(states[0], graph.constant([1, -1], [1, 2]))), 'y')
  return graph
}

/** Empty when the device computed what it should. */
async function findFault(device: DeviceName): Promise<string> {
  const session = await loadGraph(smallModel(), { device, verbose: true })
  const { y } = await session.run({
    x: floats(Float32Array.of(5), [1, 1]),
    steps: floats(Float32Array.of(2, 0), [2]),
  })
  await session.release()
  const values = Array.from(y.data, Number)
  return values.join() === '425,0' ? '' : `a computation came out as ${values}`
}

/** Milliseconds of one product of square matrices, the faster of two after a first. */
async function timeProduct(device: DeviceName, size: number): Promise<number> {
  const graph = new Graph({ name: 'product' })
  const x = graph.input('x', [size, size])
  graph.output(matmul(x, x), 'y')
  const session = await loadGraph(graph, { device })
  const feeds = { x: floats(new Float32Array(size * size).fill(0.5), [size, size]) }
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    const began = performance.now()
    await session.run(feeds)
    times.push(performance.now() - began)
  }
  await session.release()
  return Math.min(...times.slice(1))
}

/**
 * Runs a small model on a device. Trap: an execution provider that cannot load may take the process down with it, so this
 * belongs into a process of its own.
 */
export async function probeDevice(device: DeviceName): Promise<DeviceProbe> {
  try {
    const reason = await findFault(device)
    return { reason, productMs: reason === '' ? await timeProduct(device, 512) : null }
  } catch (error) {
    return { reason: error instanceof Problem ? error.detail : String(error), productMs: null }
  }
}
