import { definePrimitive } from '../graph/primitive.ts'
import type { Shape, Tensor } from '../graph/tensor.ts'

/** The operator of a node that stands for another model until `joinModels` fills it in. */
export const placeOperator = 'Place'
/** Its attribute that says which model. */
export const placeAttribute = 'name'

const Place = definePrimitive<{ name: string; shapes: readonly Shape[] }>({
  name: placeOperator,
  infer: (_inputs, { shapes }) => shapes.map((shape) => ({ shape, dtype: 'float32' })),
  emit: (_graph, { name }) => ({ attributes: { [placeAttribute]: name } }),
  gradient: 'unsupported',
})

/** A place for another model: the tensors of these shapes that it computes from `x`. */
export function placeFor(x: Tensor, name: string, shapes: readonly Shape[]): Tensor[] {
  return x.graph.apply(Place, [x], { name, shapes })
}
