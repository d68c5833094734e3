import { join } from 'node:path'
import { latest } from '#contract/run-state.ts'
import { openBackboneFile, requireReadable } from '../../backbone/onnx/backbone-file.ts'
import { cachedFrozenFeatures } from '../../backbone/onnx/frozen-features.ts'
import { valuesOf, type Dataset, type ModalityValues } from '../../dataset/dataset.ts'
import type { Run } from '../context.ts'
import type { FrozenModality } from '../networks.ts'

/** A dataset in which features stand for the values of every modality that a file reads, and what those files are. */
export interface FrozenDataset {
  dataset: Dataset
  files: Record<string, FrozenModality>
}

/**
 * Has the imported files of a run's configuration read their modalities, once for all runs. Every start and every resume
 * checks that the files are those of the configuration.
 * @throws Problem `backbone-not-found`, `backbone-changed`, `bad-configuration`
 */
export async function readFiles(
  { config, dataDir, journal, device }: Run,
  dataset: Dataset,
): Promise<FrozenDataset> {
  const files: Record<string, FrozenModality> = {}
  const read = new Map<string, ModalityValues>()
  for (const { name } of dataset.modalities) {
    const own = config.backbones[name]
    if (own?.kind !== 'onnx') continue
    const where = `backbones.${name}`
    const values = valuesOf(dataset, name)
    const file = await openBackboneFile(dataDir, own, where)
    requireReadable(file, values, where)
    // said whether or not the features are in the cache: equal runs have equal events
    if (!latest(journal.state, 'plan'))
      journal.progress('dataset', read.size / dataset.modalities.length, `${file.stored.name} reads ${name}`)
    const data = await cachedFrozenFeatures(
      {
        file,
        values: values as Exclude<ModalityValues, { type: 'text' }>,
        length: config.space.length,
        device,
        threads: config.threads,
        onBatch: journal.breathe,
      },
      { folder: join(dataDir, 'features'), datasetHash: dataset.hash, modality: name },
    )
    files[name] = { taps: file.taps, parameters: file.stored.parameters }
    read.set(name, { type: 'vector', data, length: data.length / dataset.samples.length })
  }
  return { dataset: withValues(dataset, read), files }
}

/** The dataset with other values for some modalities; its hash stays that of the real ones. */
export function withValues(dataset: Dataset, values: ReadonlyMap<string, ModalityValues>): Dataset {
  return {
    ...dataset,
    modalities: dataset.modalities.map((modality) => ({
      ...modality,
      values: values.get(modality.name) ?? modality.values,
    })),
  }
}
