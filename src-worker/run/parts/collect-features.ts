import { join } from 'node:path'
import { selectRows, type FeatureTable } from '../../backbone/feature-table.ts'
import { extractFeatures } from '../../backbone/features.ts'
import type { Dataset } from '../../dataset/dataset.ts'
import type { FeatureSet } from '../../search/feature-set.ts'
import { loadModel, modelNames } from '../artifacts.ts'
import type { Run } from '../context.ts'
import type { ModalityPlan } from '../networks.ts'

/**
 * The features of all modalities, by their trained backbones or by files; the variants of what a file reads are the plain
 * samples, which it was not trained on.
 */
export async function collectFeatures(
  { config, directory, dataDir, journal, device, memory }: Run,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
): Promise<FeatureSet> {
  const values: Record<string, FeatureTable> = {}
  const { train } = dataset.splits
  const variants = Array.from({ length: config.featureVariants }, (): Record<string, FeatureTable> => ({}))
  for (const { name, network, samples, features, frozen, config: own } of modalities) {
    if (frozen) {
      features.forEach(({ id }, tap) => {
        values[id] = frozen.tables[tap]
        for (const variant of variants) variant[id] = selectRows(frozen.tables[tap], train)
      })
      continue
    }
    const { weights, statistics } = loadModel(directory, modelNames.backbone(name))
    const extracted = await extractFeatures({
      network,
      weights,
      statistics,
      samples,
      length: config.space.length,
      device,
      threads: config.threads,
      datasetHash: dataset.hash,
      config: own,
      seed: config.seed,
      cacheFolder: join(dataDir, 'features'),
      memory,
      variants: { of: train, count: variants.length },
    })
    Object.assign(values, extracted.values)
    variants.forEach((variant, i) => Object.assign(variant, extracted.variants[i]))
    await journal.breathe()
  }
  return {
    length: config.space.length,
    features: modalities.flatMap(({ features }) => features),
    values,
    variants,
    task: dataset.task,
    labels: dataset.samples.map(({ labels }) => labels),
    classes: dataset.classes,
    splits: dataset.splits,
  }
}
