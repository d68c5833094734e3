import { featureNetwork } from '../backbone/features.ts'
import { elementCount } from '../graph/tensor.ts'
import { Predictor } from '../training/predictor.ts'
import type { Values } from '../training/network.ts'
import type { StoredTensor } from '../run-directory/safetensors.ts'
import type { OpenModel } from './open-model.ts'

/**
 * Logits [sample, class] that the engine computes for preprocessed inputs: backbone by backbone to features, then the
 * fusion, as in the run; not by the graph that is exported.
 */
export async function engineLogits(
  model: OpenModel,
  inputs: Readonly<Record<string, StoredTensor>>,
  threads: number,
): Promise<Float32Array> {
  const { fusion, modalities, space } = model
  const features: Record<string, Float32Array> = {}
  let count = 0
  for (const { name, backbone, features: own } of modalities) {
    const taps = own.map(({ id }) => id)
    const { data, shape } = inputs[name]
    count = shape[0]
    await using predictor = await opened(featureNetwork(backbone.network, name, space.config.length), {
      batchSize: count,
      threads,
      taps,
    })
    const values: Values = { [backbone.network.input]: data as Float32Array }
    const { weights, statistics } = backbone
    Object.assign(features, (await predictor.value.predictWithTaps(weights, statistics, values, count)).taps)
  }
  const read = Object.entries(fusion.network.inputs).map(([id, { shape }]) => {
    return [id, features[id].subarray(0, count * elementCount(shape))] as const
  })
  await using predictor = await opened(fusion.network, { batchSize: count, threads })
  return await predictor.value.predict(
    fusion.weights,
    fusion.statistics,
    Object.fromEntries(read),
    count,
    fusion.extra,
  )
}

/** A predictor that is released at the end of its block. */
async function opened(...args: Parameters<typeof Predictor.create>) {
  const value = await Predictor.create(...args)
  return { value, [Symbol.asyncDispose]: () => value.release() }
}
