import { batchNormTraining, reshape } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { elementCount, type Tensor } from '#worker/graph/tensor.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { createSession } from '#worker/onnx/session.ts'
import { stream } from '#worker/random.ts'
import type { Builder } from '#worker/training/network.ts'

/** Numbers by name for parameters and inputs; a parameter that is not named is drawn from its name. */
type Given = Readonly<Record<string, ArrayLike<number>>>

/** Runs what is built with batch statistics and without dropout, and answers the numbers of every result. */
export async function evaluate(
  build: (builder: Builder) => Record<string, Tensor>,
  given: Given = {},
  batch = 1,
): Promise<Record<string, number[]>> {
  const graph = new Graph()
  const tensors = new Map<string, Tensor>()
  const named = (name: string, shape: readonly number[]) => {
    const random = stream(17, name)
    const drawn = () => Array.from({ length: elementCount(shape) }, () => random.normal() / 2)
    const tensor =
      tensors.get(name) ?? graph.initializer(name, Float32Array.from(given[name] ?? drawn()), shape)
    tensors.set(name, tensor)
    return tensor
  }
  const builder: Builder = {
    graph,
    batch,
    parameter: named,
    input: named,
    batchNorm(name, x) {
      const channels = x.shape[x.shape.length - 1]
      const rows = reshape(x, [elementCount(x.shape) / channels, channels])
      const { y } = batchNormTraining(
        rows,
        named(`${name}/weight`, [channels]),
        named(`${name}/bias`, [channels]),
      )
      return reshape(y, x.shape)
    },
    dropout: (x) => x,
    scope: (name, inside) => graph.scope(name, inside),
  }
  for (const [name, tensor] of Object.entries(build(builder))) graph.output(tensor, name)
  const session = await createSession(encodeModel(graph))
  const results = await session.run({})
  await session.release()
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  )
}
