import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import type { Seconds } from '#contract/estimate.ts'
import { openBackboneFile, requireReadable } from '../backbone/onnx/backbone-file.ts'
import { frozenFeatures } from '../backbone/onnx/frozen-features.ts'
import { selectValues, valuesOf, type Dataset, type ModalityValues } from '../dataset/dataset.ts'
import { withValues, type FrozenDataset } from '../run/parts/read-files.ts'
import { timedOnce } from './estimate-timing.ts'

/** The data as the networks of a run see them, and how long the files read, by modality. */
export interface StandInFiles extends FrozenDataset {
  reading: Record<string, Seconds>
}

/** Samples that a file reads to see how long it takes. */
const tried = 32

/**
 * Has every imported file of a configuration read a few samples, whose features stand for those of all.
 * @throws Problem as the run itself would
 */
export async function standInFiles(
  config: RunConfig,
  dataset: Dataset,
  { dataDir, device }: { dataDir: string; device: DeviceName },
): Promise<StandInFiles> {
  const files: FrozenDataset['files'] = {}
  const reading: StandInFiles['reading'] = {}
  const read = new Map<string, ModalityValues>()
  const count = dataset.samples.length
  const some = Array.from({ length: Math.min(tried, count) }, (_, index) => index)
  for (const { name } of dataset.modalities) {
    const own = config.backbones[name]
    if (own?.kind !== 'onnx') continue
    const where = `backbones.${name}`
    const file = await openBackboneFile(dataDir, own, where)
    requireReadable(file, valuesOf(dataset, name), where)
    const values = selectValues(valuesOf(dataset, name), some) as Exclude<ModalityValues, { type: 'text' }>
    const { length } = config.space
    const { value, took } = await timedOnce(() =>
      frozenFeatures({ file, values, length, device, threads: config.threads }),
    )
    const share = count / some.length
    reading[name] = { seconds: took.seconds * share, low: took.low * share, high: took.high * share }
    files[name] = { taps: file.taps, parameters: file.stored.parameters }
    const width = value.length / some.length
    const data = new Float32Array(count * width)
    for (let row = 0; row < count; row++) {
      const from = (row % some.length) * width
      data.set(value.subarray(from, from + width), row * width)
    }
    read.set(name, { type: 'vector', data, length: width })
  }
  return { dataset: withValues(dataset, read), files, reading }
}
