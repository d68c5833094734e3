import { definePrimitive } from '../primitive.ts'
import { broadcastShapes, type Tensor } from '../tensor.ts'
import { defineBinary, operands, type Operand } from './arithmetic.ts'
import { reduceTo } from './reshape.ts'

/** Truth of a = b, elementwise. */
export const Equal = defineBinary('Equal', 'none', 'bool')

/** Truth of a > b, elementwise. */
export const Greater = defineBinary('Greater', 'none', 'bool')

/** Truth of a ≥ b, elementwise. */
export const GreaterOrEqual = defineBinary('GreaterOrEqual', 'none', 'bool')

/** a where the condition holds, else b. Inputs: condition, a, b. */
export const Where = definePrimitive({
  name: 'Where',
  infer: ([condition, a, b], _attributes, fail) => {
    if (condition.dtype !== 'bool') fail('the condition is not bool')
    const both = broadcastShapes(a.shape, b.shape) ?? fail('the branches do not broadcast')
    return [
      {
        shape: broadcastShapes(condition.shape, both) ?? fail('the condition does not broadcast'),
        dtype: a.dtype,
      },
    ]
  },
  gradient: ({ inputs: [condition, a, b], needs }, [dy]) => [
    undefined,
    needs(1) ? reduceTo(where(condition, dy, 0), a.shape) : undefined,
    needs(2) ? reduceTo(where(condition, 0, dy), b.shape) : undefined,
  ],
})

/** The smaller of a and b; where they are equal the gradient goes to a. */
export const Min = defineBinary('Min', ({ inputs: [a, b], needs }, [dy]) => {
  const takesA = greaterOrEqual(b, a)
  return [
    needs(0) ? reduceTo(where(takesA, dy, 0), a.shape) : undefined,
    needs(1) ? reduceTo(where(takesA, 0, dy), b.shape) : undefined,
  ]
})

/** The larger of a and b; where they are equal the gradient goes to a. */
export const Max = defineBinary('Max', ({ inputs: [a, b], needs }, [dy]) => {
  const takesA = greaterOrEqual(a, b)
  return [
    needs(0) ? reduceTo(where(takesA, dy, 0), a.shape) : undefined,
    needs(1) ? reduceTo(where(takesA, 0, dy), b.shape) : undefined,
  ]
})

/** x limited to [low, high], both scalars. Inputs: x, low, high; no gradient flows to the limits. */
export const Clip = definePrimitive({
  name: 'Clip',
  infer: ([x, low, high], _attributes, fail) =>
    low.shape.length === 0 && high.shape.length === 0 ? [x] : fail('the limits are not scalars'),
  gradient: ({ inputs: [x], outputs: [y] }, [dy]) => [where(equal(x, y), dy, 0), undefined, undefined],
})

export function equal(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(Equal, [left, right])[0]
}

export function greater(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(Greater, [left, right])[0]
}

export function greaterOrEqual(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(GreaterOrEqual, [left, right])[0]
}

/** a where `condition` (bool) holds, else b. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const first = typeof a === 'number' && typeof b === 'number' ? condition.graph.constant(a) : a
  const [left, right] = operands(first, b)
  return condition.graph.apply(Where, [condition, left, right])[0]
}

export function minimum(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(Min, [left, right])[0]
}

export function maximum(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(Max, [left, right])[0]
}

/** x limited to [low, high]; the limits are numbers or scalar tensors, through which no gradient flows. */
export function clip(x: Tensor, low: Operand, high: Operand): Tensor {
  const [, lower] = operands(x, low)
  const [, upper] = operands(x, high)
  return x.graph.apply(Clip, [x, lower, upper])[0]
}
