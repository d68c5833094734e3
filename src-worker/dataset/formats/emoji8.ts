import { createHash } from 'node:crypto'
import type { DatasetSpec, SplitName } from '#contract/dataset.ts'
import { createDataset, selectSamples } from '../dataset.ts'
import type { Dataset } from '../dataset.ts'
import type { DatasetFormat } from '../format.ts'
import { modalitiesOf, pictureSize, readCollection } from './collection/collection.ts'
import { Families } from './collection/families.ts'
import { splitByHash } from './collection/hashed-splits.ts'
import { emojiClasses, readEmoji, readSources } from './emoji8/emoji.ts'
import { joinNamesakes } from './emoji8/namesakes.ts'

type Emoji8Spec = Extract<DatasetSpec, { kind: 'emoji8' }>

/** Raise it whenever the same packages are turned into other samples. */
const recipe = 2

/**
 * Emoji in eight groups: the picture (two art styles, 48 × 48) and the English name; 3,206 samples. Both styles, all
 * variants of an emoji and all emoji whose names or pictures are almost the same are one group and stay in one split, see
 * `splitByHash`, which gives 1,883 / 643 / 680 samples with the salt `emoji8-v1`.
 */
export const emoji8: DatasetFormat<Emoji8Spec> = {
  async load(spec, { cacheFolder }) {
    const collection = await readCollection({
      name: 'emoji8',
      origin: [...(await readSources()), `recipe ${recipe}`],
      cacheFolder,
      draw,
    })
    const { entries } = collection
    const whole: Omit<Dataset, 'hash'> = {
      name: spec.salt,
      modalities: modalitiesOf(collection),
      task: 'single-label',
      classes: emojiClasses,
      samples: entries.map(({ id, labels, group }) => ({ id, labels, group })),
      splits: splitByHash(
        spec.salt,
        entries.map(({ group }) => group),
      ),
      warnings: [],
    }
    const { samplesPerClass } = spec
    if (samplesPerClass === undefined) return createDataset(whole)
    return createDataset(selectSamples(whole, chooseFew(whole, spec.salt, samplesPerClass)))
  },
}

async function draw() {
  const drawings = await readEmoji(pictureSize)
  const families = new Families(drawings.map(({ family }) => family))
  joinNamesakes(families, drawings)
  return { drawings, families }
}

/** Of every class, `perClass` samples in the proportions 60/20/20, chosen by the hash of their names. */
function chooseFew(dataset: Omit<Dataset, 'hash'>, salt: string, perClass: number): number[] {
  const shares: Record<SplitName, number> = { train: 0.6, validation: 0.2, test: 0.2 }
  const order = dataset.samples.map(({ id }) =>
    createHash('sha256')
      .update(salt + id)
      .digest('hex'),
  )
  const kept = Object.entries(shares).flatMap(([split, share]) =>
    dataset.classes.flatMap((_, label) =>
      dataset.splits[split as SplitName]
        .filter((index) => dataset.samples[index]!.labels.includes(label))
        .sort((a, b) => (order[a]! < order[b]! ? -1 : 1))
        .slice(0, Math.round(perClass * share)),
    ),
  )
  return kept.sort((a, b) => a - b)
}
