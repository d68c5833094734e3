import { describe, expect, it } from 'vitest'
import { multiply, scan, split } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { createSession, floats } from '#worker/onnx/session.ts'
import onnxProto from 'onnx-proto'

const sizes = [2, 1, 3, 1, 1, 4, 2, 1, 1, 2, 1]
const length = sizes.reduce((sum, size) => sum + size, 0)

/** Every piece of x[2, length] along the last axis is an output of its own, the odd ones times ten. */
function graphOfPieces(): Graph {
  const graph = new Graph()
  const pieces = split(graph.input('x', [2, length]), sizes, 1)
  pieces.forEach((piece, i) => graph.output(i % 2 === 1 ? multiply(piece, 10) : piece, `piece ${i}`))
  return graph
}

async function outputsOf(model: Uint8Array) {
  const session = await createSession(model)
  const x = Float32Array.from({ length: 2 * length }, (_, i) => i)
  return session.run({ x: floats(x, [2, length]) })
}

describe('a wide Split', () => {
  it.each([2, 3, 7])(
    'gives the same pieces as a tree of Splits with at most %d outputs',
    async (widestSplit) => {
      const model = encodeModel(graphOfPieces(), { widestSplit })
      const { graph } = onnxProto.onnx.ModelProto.decode(model)
      const widths = graph!
        .node!.filter(({ opType }) => opType === 'Split')
        .map(({ output }) => output!.length)
      expect(Math.max(...widths)).toBeLessThanOrEqual(widestSplit)
      expect(await outputsOf(model)).toEqual(await outputsOf(encodeModel(graphOfPieces())))
    },
  )

  it('becomes a tree inside the body of a loop, too', async () => {
    const graph = new Graph({ symbol: 'steps' })
    const { outputs } = scan(graph, {
      states: [],
      scanned: [graph.input('x', [-1, length])],
      body: (_, [row]) => ({ states: [], outputs: [split(row, sizes, 0)[5]] }),
    })
    graph.output(outputs[0], 'y')
    const { y } = await outputsOf(encodeModel(graph, { widestSplit: 2 }))
    expect(Array.from(y.data, Number)).toEqual([8, 9, 10, 11, 27, 28, 29, 30])
  })
})
