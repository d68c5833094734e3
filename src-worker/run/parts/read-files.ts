import { join } from 'node:path'
import { latest } from '#contract/run/state.ts'
import { openBackboneFile, requireReadable } from '../../backbone/onnx/backbone-file.ts'
import { cachedFrozenFeatures } from '../../backbone/onnx/frozen-features.ts'
import { valuesOf, type Dataset, type ModalityValues } from '../../dataset/dataset.ts'
import type { Run } from '../context.ts'
import type { FrozenModality } from '../networks.ts'

/**
 * Has the imported files of a run's configuration read their modalities, once for all runs; the answer is by modality. Every start and every resume
 * checks that the files are those of the configuration.
 * @throws Problem `backbone-not-found`, `backbone-changed`, `bad-configuration`
 */
export async function readFiles(
  { config, dataDir, journal, device, memory }: Run,
  dataset: Dataset,
): Promise<Record<string, FrozenModality>> {
  const files: Record<string, FrozenModality> = {}
  for (const { name } of dataset.modalities) {
    const own = config.backbones[name]
    if (own?.kind !== 'onnx') continue
    const where = `backbones.${name}`
    const values = valuesOf(dataset, name)
    const file = await openBackboneFile(dataDir, own, where)
    requireReadable(file, values, where)
    // said whether or not the features are in the cache: equal runs have equal events
    if (!latest(journal.state, 'plan'))
      journal.progress(
        'dataset',
        Object.keys(files).length / dataset.modalities.length,
        `${file.stored.name} reads ${name}`,
      )
    const tables = await cachedFrozenFeatures(
      {
        file,
        values: values as Exclude<ModalityValues, { type: 'text' }>,
        length: config.space.length,
        device,
        threads: config.threads,
        onBatch: journal.breathe,
      },
      { folder: join(dataDir, 'features'), datasetHash: dataset.hash, modality: name, memory },
    )
    files[name] = { taps: file.taps, tables, parameters: file.stored.parameters }
  }
  return files
}
