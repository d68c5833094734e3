import type { onnx } from 'onnx-proto'

/** One output of a Split: its name, and its elements along the axis. */
interface Piece {
  readonly name: string
  readonly size: number
}

interface Pieces {
  readonly nodes: onnx.INodeProto[]
  /** The sizes that each Split needs as an input, by name. */
  readonly sizes: { readonly name: string; readonly values: readonly number[] }[]
}

/**
 * A Split as a tree of Splits of at most `widest` outputs each, with the same results. A GPU binds one buffer for every
 * output of a node, and WebGPU promises only eight.
 */
export function narrowSplit(
  name: string,
  input: string,
  outputs: readonly Piece[],
  axis: onnx.IAttributeProto,
  widest: number,
): Pieces {
  const perBranch = outputs.length > widest ? Math.ceil(outputs.length / widest) : 1
  const branches = Array.from({ length: Math.ceil(outputs.length / perBranch) }, (_, i) => {
    const pieces = outputs.slice(i * perBranch, (i + 1) * perBranch)
    const size = pieces.reduce((sum, piece) => sum + piece.size, 0)
    return { pieces, size, name: pieces.length === 1 ? pieces[0].name : `${name} part ${i}` }
  })
  const sizes = { name: `${name} sizes`, values: branches.map((branch) => branch.size) }
  const below = branches
    .filter(({ pieces }) => pieces.length > 1)
    .map((branch) => narrowSplit(branch.name, branch.name, branch.pieces, axis, widest))
  const node = {
    opType: 'Split',
    name,
    input: [input, sizes.name],
    output: branches.map((branch) => branch.name),
    attribute: [axis],
  }
  return {
    nodes: [node, ...below.flatMap(({ nodes }) => nodes)],
    sizes: [sizes, ...below.flatMap((pieces) => pieces.sizes)],
  }
}
