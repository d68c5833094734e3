import type { Graph } from '../graph.ts'
import { definePrimitive } from '../primitive.ts'
import { sameShape } from '../tensor.ts'

/** A loop over the first axis of scanned tensors with states; see `scan`. Inputs: states, then scanned tensors. */
export const Scan = definePrimitive<{ body: Graph; scanned: number; outputs: number }>({
  name: 'Scan',
  infer: (inputs, { body, scanned, outputs }, fail) => {
    const lengths = inputs.slice(inputs.length - scanned).map((tensor) => tensor.shape[0])
    if (lengths.length === 0 || lengths.some((length) => length !== lengths[0]))
      fail('the scanned tensors differ in length')
    const states = body.outputs.length - outputs
    return body.outputs.map(({ tensor }, i) => ({
      shape: i < states ? tensor.shape : [lengths[0], ...tensor.shape],
      dtype: tensor.dtype,
    }))
  },
  emit: (_graph, { body, scanned }) => ({
    attributes: { body: { graph: body }, num_scan_inputs: scanned },
  }),
  gradient: 'unsupported',
})

/** One of two branches; see `conditional`. Input: condition. */
export const If = definePrimitive<{ chosen: Graph; otherwise: Graph }>({
  name: 'If',
  infer: ([condition], { chosen, otherwise }, fail) => {
    const [a, b] = [chosen.outputs[0].tensor, otherwise.outputs[0].tensor]
    if (condition.dtype !== 'bool') fail('the condition is not bool')
    if (!sameShape(a.shape, b.shape)) fail(`the branches give [${a.shape}] and [${b.shape}]`)
    return [{ shape: a.shape, dtype: a.dtype }]
  },
  emit: (_graph, { chosen, otherwise }) => ({
    attributes: { then_branch: { graph: chosen }, else_branch: { graph: otherwise } },
  }),
  gradient: 'unsupported',
})
