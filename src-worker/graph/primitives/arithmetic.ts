import { definePrimitive, type GradientRule } from '../primitive.ts'
import { broadcastShapes, type DType, type Tensor } from '../tensor.ts'
import { reduceTo } from './reshape.ts'

/** A tensor, or a number that broadcasts. */
export type Operand = Tensor | number

/** Two operands as tensors of one graph; at least one of them is a tensor. */
export function operands(a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? a.graph.constant(b, [], a.dtype) : b]
  if (typeof b !== 'number') return [b.graph.constant(a, [], b.dtype), b]
  throw new TypeError('an operation needs at least one tensor')
}

/** An elementwise operator of two operands under NumPy's broadcasting. */
export function defineBinary(
  name: string,
  gradient: GradientRule<undefined> | 'none' | 'unsupported',
  result?: DType,
) {
  return definePrimitive({
    name,
    infer: ([a, b], _attributes, fail) => {
      const shape = broadcastShapes(a.shape, b.shape) ?? fail('they do not broadcast')
      if (a.dtype !== b.dtype) fail(`${a.dtype} and ${b.dtype} do not mix`)
      return [{ shape, dtype: result ?? a.dtype }]
    },
    gradient,
  })
}

/** An elementwise operator of one operand. */
export function defineUnary(name: string, gradient: GradientRule<undefined> | 'none') {
  return definePrimitive({ name, infer: ([x]) => [x], gradient })
}

/** a + b */
export const Add = defineBinary('Add', ({ inputs: [a, b], needs }, [dy]) => [
  needs(0) ? reduceTo(dy, a.shape) : undefined,
  needs(1) ? reduceTo(dy, b.shape) : undefined,
])

/** a − b */
export const Sub = defineBinary('Sub', ({ inputs: [a, b], needs }, [dy]) => [
  needs(0) ? reduceTo(dy, a.shape) : undefined,
  needs(1) ? negate(reduceTo(dy, b.shape)) : undefined,
])

/** a · b.  da = dy · b, db = dy · a */
export const Mul = defineBinary('Mul', ({ inputs: [a, b], needs }, [dy]) => [
  needs(0) ? reduceTo(multiply(dy, b), a.shape) : undefined,
  needs(1) ? reduceTo(multiply(dy, a), b.shape) : undefined,
])

/** y = a / b.  da = dy / b, db = −dy · y / b */
export const Div = defineBinary('Div', ({ inputs: [a, b], outputs: [y], needs }, [dy]) => {
  const share = divide(dy, b)
  return [
    needs(0) ? reduceTo(share, a.shape) : undefined,
    needs(1) ? negate(reduceTo(multiply(share, y), b.shape)) : undefined,
  ]
})

/** −x */
export const Neg = defineUnary('Neg', (_application, [dy]) => [negate(dy)])

export function add(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(Add, [left, right])[0]
}

export function subtract(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(Sub, [left, right])[0]
}

export function multiply(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(Mul, [left, right])[0]
}

export function divide(a: Operand, b: Operand): Tensor {
  const [left, right] = operands(a, b)
  return left.graph.apply(Div, [left, right])[0]
}

export function negate(x: Tensor): Tensor {
  return x.graph.apply(Neg, [x])[0]
}
