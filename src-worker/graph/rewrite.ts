import type { GraphNode } from './graph.ts'
import type { Primitive } from './primitive.ts'
import { multiply, type Operand } from './primitives/arithmetic.ts'
import { GatedUnit, MaskedRelu } from './primitives/gating.ts'
import { elementCount, type Tensor } from './tensor.ts'

/**
 * x · factor for a factor ≥ 0, a number or a tensor of one element. Where x comes from, the factor is taken in at the
 * smallest tensor that it can pass to (the scale of a norm, a bias), which saves a pass over x and one over its gradient.
 * What x was computed by is built a second time for this: use it for an x that nothing else reads.
 */
export function scale(x: Tensor, factor: Operand): Tensor {
  return absorb(x, factor) ?? multiply(x, factor)
}

/** x where a mask of zeros and ones is 1, else 0; together with what x comes from, if that saves a pass. */
export function keep(x: Tensor, mask: Tensor): Tensor {
  const node = x.graph.producerOf(x)
  if (node?.primitive.name === 'Relu') return x.graph.apply(MaskedRelu, [node.inputs[0], mask])[0]
  if (node?.primitive.name === 'GatedUnit' && node.inputs.length === 2)
    return x.graph.apply(GatedUnit, [...node.inputs, mask])[0]
  return multiply(x, mask)
}

/** x · factor by a factor taken in further up; undefined where it cannot be, or where that would save nothing. */
function absorb(x: Tensor, factor: Operand): Tensor | undefined {
  const node = x.graph.producerOf(x)
  if (!node || node.outputs[0].name !== x.name) return undefined
  const [first, second, third] = node.inputs
  const again = (inputs: readonly (Tensor | undefined)[]) => rebuild(node, inputs)
  switch (node.primitive.name) {
    case 'BatchNormTraining':
    case 'LayerNormalization':
      return again([first, multiply(second, factor), multiply(third, factor)])
    case 'Reshape':
    case 'Relu':
      return again([absorb(first, factor)])
    case 'MaskedRelu':
    case 'GatedUnit':
      return again([absorb(first, factor), ...node.inputs.slice(1)])
    case 'Add':
      if (first === second)
        return multiply(first, typeof factor === 'number' ? 2 * factor : multiply(factor, 2))
      return again([scaleSmall(first, x, factor), scaleSmall(second, x, factor)])
    case 'Mul':
    case 'MatMul':
      return again([scaleSmall(first, x, factor), second]) ?? again([first, scaleSmall(second, x, factor)])
    default:
      return undefined
  }
}

/** An operand of x times the factor, if that is cheaper than a pass over x. */
function scaleSmall(operand: Tensor, x: Tensor, factor: Operand): Tensor | undefined {
  const small = 2 * Math.abs(elementCount(operand.shape)) <= Math.abs(elementCount(x.shape))
  return small ? multiply(operand, factor) : absorb(operand, factor)
}

/** The first output of a node's primitive with other inputs; undefined when one of them is. */
function rebuild(node: GraphNode, inputs: readonly (Tensor | undefined)[]): Tensor | undefined {
  const complete = inputs.filter((input) => input !== undefined)
  if (complete.length < inputs.length) return undefined
  const primitive = node.primitive as unknown as Primitive<unknown>
  return node.outputs[0].graph.apply(primitive, complete, node.attributes)[0]
}
