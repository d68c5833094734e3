import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import type { Seconds } from '#contract/estimate.ts'
import { openBackboneFile, requireReadable } from '../backbone/onnx/backbone-file.ts'
import { tableInMemory, type FeatureTable } from '../backbone/feature-table.ts'
import { readFeatures } from '../backbone/onnx/frozen-features.ts'
import { selectValues, valuesOf, type Dataset, type ModalityValues } from '../dataset/dataset.ts'
import type { FrozenModality } from '../run/networks.ts'
import { timedOnce } from './timing.ts'

/** What the files of a run read, and how long that takes them, by modality. */
export interface StandInFiles {
  files: Record<string, FrozenModality>
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
  const files: StandInFiles['files'] = {}
  const reading: StandInFiles['reading'] = {}
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
    const features = file.taps.map(({ channels }) => new Float32Array(some.length * length * channels))
    const { took } = await timedOnce(() =>
      readFeatures({ file, values, length, device, threads: config.threads }, (tap, batch, row) =>
        features[tap].set(batch, row * length * file.taps[tap].channels),
      ),
    )
    const share = count / some.length
    reading[name] = { seconds: took.seconds * share, low: took.low * share, high: took.high * share }
    const tables = features.map((tap) => repeat(tableInMemory(tap, some.length), count))
    files[name] = { taps: file.taps, tables, parameters: file.stored.parameters }
  }
  return { files, reading }
}

/** A table whose rows begin anew until there are `rows` of them. */
const repeat = (table: FeatureTable, rows: number): FeatureTable => ({
  rows,
  size: table.size,
  gather: (positions) => table.gather(positions.map((position) => position % table.rows)),
})
