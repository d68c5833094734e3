import type { FileInput, PictureInput, TapInfo } from '#contract/backbone.ts'
import { readModel } from '../../backbone/onnx/read-model.ts'
import { poolTap } from '../../backbone/pool.ts'
import { adaptiveMaxPool1d, transpose } from '../../graph/functions.ts'
import type { Graph } from '../../graph/graph.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { placeFor } from '../../onnx/place.ts'
import type { Guest } from '../../onnx/take-over.ts'
import { standardiseBy } from '../raw-inputs.ts'
import type { FrozenModality } from './open-frozen.ts'

/**
 * The taps of a file by feature id, pooled to [batch, length, channels], from raw values; a place in the graph stands for
 * the file.
 */
export function frozenTaps(
  graph: Graph,
  { name, file, raw, tapShapes }: FrozenModality,
  length: number,
): Record<string, Tensor> {
  const { stored, picture, taps } = file
  const input = graph.input(name, [-1, ...raw.shape.slice(1)])
  const read = placeFor(
    picture ? asTheFileReads(input, stored.input, picture) : input,
    name,
    tapShapes.map((shape) => [-1, ...shape]),
  )
  const pooled = taps.map(({ layout }, i) => [`${name}.${i}`, poolFrozen(read[i], layout, length)] as const)
  return Object.fromEntries(pooled)
}

/** The file as what fills the place in. */
export function guestOf({ file }: FrozenModality): Guest {
  const { stored, taps, model, id } = file
  const { proto } = readModel(model, stored.name)
  return { proto, input: stored.input.name, taps: taps.map(({ name }) => name), source: `file ${id}` }
}

/** (pixel / 255 · range − mean) / deviation per channel, in the order of axes that the file reads. */
function asTheFileReads(pixels: Tensor, input: FileInput, { range, mean, deviation }: PictureInput): Tensor {
  const unit = 255 / range
  const scaled = standardiseBy(pixels, {
    centre: mean.map((value) => value * unit),
    deviation: deviation.map((value) => value * unit),
  })
  return input.type === 'image' && input.layout === 'channels first'
    ? transpose(scaled, [0, 3, 1, 2])
    : scaled
}

/** As the run has pooled them: the same windows. */
function poolFrozen(tap: Tensor, layout: TapInfo['layout'], length: number): Tensor {
  if (layout === 'sequence') return adaptiveMaxPool1d(tap, length)
  return poolTap(layout === 'channels first' ? transpose(tap, [0, 2, 3, 1]) : tap, length)
}
