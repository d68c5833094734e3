import { Problem } from '#contract/problem.ts'
import { elementCount, type Shape } from '../graph/tensor.ts'
import type { Held } from '../onnx/held.ts'
import { floats, integers, type Value } from '../onnx/session.ts'
import { adamScalars, type AdamOptions } from './adam.ts'
import { maskOffsets, type MaskPool } from './dropout.ts'
import type { Layout } from './layout.ts'
import type { Network, Values } from './network.ts'
import type { Place } from './place.ts'

/** Minibatches, stacked: `inputs[name]` is [steps, batch, ..], `targets` [steps, batch, classes]. */
export interface Minibatches {
  inputs: Values
  targets: Float32Array
  /** One a step; their number is the number of steps. */
  learningRates: readonly number[]
  /** Extra inputs of the network, the same for all steps. */
  extra?: Values
}

/** The model of `buildSteps`, as far as its inputs depend on it. */
export interface StepModel {
  readonly network: Network
  readonly layout: Layout
  readonly pools: readonly MaskPool[]
  readonly options: AdamOptions & { readonly batchSize: number; readonly dropoutSeed: number }
}

/**
 * What `count` steps from `start` on among the minibatches are fed, beginning at a place. Throws a problem that names the
 * input whose numbers are not as many as the steps need.
 */
export function stepFeeds(
  { network, layout, pools, options }: StepModel,
  place: Place,
  batches: Minibatches,
  { start, count }: { start: number; count: number },
): Record<string, Value | Held> {
  const { batchSize, dropoutSeed } = options
  const total = batches.learningRates.length
  const rows = (where: string, data: Float32Array | undefined, shape: Shape) => {
    const size = elementCount(shape)
    if (data?.length !== size * total)
      throw new Problem('shape-mismatch', where, `${data?.length ?? 0} values for ${total} × [${shape}]`)
    return floats(data.subarray(start * size, (start + count) * size), [count, ...shape])
  }
  const numbers = Array.from({ length: count }, (_, i) => place.step + i + 1)
  const scalars = numbers.map((step, i) => adamScalars(step, batches.learningRates[start + i], options))
  const scalar = (name: 'slope' | 'floor') =>
    floats(
      Float32Array.from(scalars, (all) => all[name]),
      [count],
    )
  const feeds: Record<string, Value | Held> = {
    ...place.vectors,
    slope: scalar('slope'),
    floor: scalar('floor'),
    targets: rows('targets', batches.targets, [batchSize, network.classes]),
    ...extraFeeds(layout, batches.extra),
  }
  for (const [name, { shape }] of Object.entries(network.inputs))
    feeds[`input ${name}`] = rows(`input ${name}`, batches.inputs[name], [batchSize, ...shape])
  for (const { rate, values } of pools) feeds[`pool ${rate}`] = floats(values, [values.length])
  if (layout.dropouts.length > 0)
    feeds['offsets'] = integers(
      numbers.flatMap((step) => maskOffsets(layout.dropouts, pools, dropoutSeed, step)),
      [count, layout.dropouts.length],
    )
  return feeds
}

/** The extra inputs of a network as feeds; throws a problem that names a missing one. */
export function extraFeeds(layout: Layout, extra: Values = {}): Record<string, Value> {
  return Object.fromEntries(
    layout.extras.map(({ name, shape }) => {
      const data = extra[name]
      if (!data) throw new Problem('internal', `extra ${name}`, 'the network needs it, but it was not given')
      return [`extra ${name}`, floats(data, shape)]
    }),
  )
}
