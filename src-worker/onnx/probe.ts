import { Problem } from '#contract/problem.ts'
import { matmul, relu } from '../graph/functions.ts'
import { Graph } from '../graph/graph.ts'
import { encodeModel } from './encode.ts'
import { createSession, floats, type Device } from './session.ts'

/**
 * Runs a small model on one device and reports to the parent process: `{ reason }`, empty when the result was right.
 * A process of its own, because an execution provider that cannot load may take the process down with it.
 */
const device = process.argv[2] as Device

function smallModel(): Uint8Array {
  const graph = new Graph({ name: 'probe' })
  const x = graph.input('x', [2, 2])
  graph.output(relu(matmul(x, graph.constant([1, -1, 2, -2], [2, 2]))), 'y')
  return encodeModel(graph)
}

async function probe(): Promise<string> {
  const session = await createSession(smallModel(), { device, verbose: true })
  const { y } = await session.run({ x: floats(Float32Array.of(1, 2, 3, 4), [2, 2]) })
  await session.release()
  const values = Array.from(y.data, Number)
  return values.join() === '5,0,11,0' ? '' : `a product came out as ${values}`
}

const reason = await probe().catch((error: unknown) =>
  error instanceof Problem ? error.detail : String(error),
)
process.send?.({ reason }, () => process.disconnect())
