import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { DatasetSpec, SplitName } from '#contract/dataset.ts'
import { cached } from '../cache.ts'
import { channels, createDataset, selectSamples } from '../dataset.ts'
import type { Dataset } from '../dataset.ts'
import { decodeImage, imageDecoder } from '../decode-image.ts'
import type { DatasetFormat } from '../format.ts'
import { mapLimited } from '../map-limited.ts'
import { emojiClasses, readEmoji, readSources } from './emoji8/emoji.ts'
import { Families, joinNamesakes } from './emoji8/families.ts'
import { joinLookAlikes, lookAlikeCorrelation } from './emoji8/look-alikes.ts'

type Emoji8Spec = Extract<DatasetSpec, { kind: 'emoji8' }>

/** Pixels a side. */
const size = 48

/** Raise it whenever the same packages are turned into other samples. */
const recipe = 1

const entries = z.array(z.object({ id: z.string(), text: z.string(), label: z.int(), group: z.string() }))
interface Collection {
  entries: z.infer<typeof entries>
  /** [emoji, size, size, 3] */
  pixels: Uint8Array
}

/**
 * Emoji in eight groups: the picture (two art styles, 48 × 48) and the English name; 3,206 samples. Both styles, all
 * variants of an emoji and all emoji whose names or pictures are almost the same are one group and stay in one split. The split is
 * `h = first 32 bits of sha256(salt + group) mod 100`: train below 60, validation below 80, else test, which gives
 * 1,883 / 643 / 680 samples with the salt `emoji8-v1`.
 */
export const emoji8: DatasetFormat<Emoji8Spec> = {
  async load(spec, { cacheFolder }) {
    const { entries, pixels } = await readCollection(cacheFolder)
    const splits: Record<SplitName, number[]> = { train: [], validation: [], test: [] }
    entries.forEach(({ group }, index) => splits[splitOf(spec.salt, group)].push(index))
    const whole: Omit<Dataset, 'hash'> = {
      name: spec.salt,
      modalities: [
        { name: 'image', values: { type: 'image', data: pixels, height: size, width: size } },
        { name: 'text', values: { type: 'text', texts: entries.map(({ text }) => text) } },
      ],
      task: 'single-label',
      classes: emojiClasses,
      samples: entries.map(({ id, label, group }) => ({ id, labels: [label], group })),
      splits,
      warnings: [],
    }
    const { samplesPerClass } = spec
    if (samplesPerClass === undefined) return createDataset(whole)
    return createDataset(selectSamples(whole, chooseFew(whole, spec.salt, samplesPerClass)))
  },
}

function splitOf(salt: string, group: string): SplitName {
  const part =
    createHash('sha256')
      .update(salt + group)
      .digest()
      .readUInt32BE(0) % 100
  if (part < 60) return 'train'
  return part < 80 ? 'validation' : 'test'
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

/** All samples from the cache, or built from the packages (a few seconds). */
async function readCollection(cacheFolder: string): Promise<Collection> {
  const origin = [
    ...(await readSources()),
    imageDecoder,
    `${size} pixels`,
    lookAlikeCorrelation,
    `recipe ${recipe}`,
  ]
  const key = createHash('sha256').update(origin.join('\n')).digest('hex')
  return unpack(
    await cached(cacheFolder, `emoji8-${key.slice(0, 32)}`, async () => pack(await buildCollection())),
  )
}

async function buildCollection(): Promise<Collection> {
  const emoji = await readEmoji(size)
  const pixels = new Uint8Array(emoji.length * size * size * channels)
  await mapLimited(emoji, 32, async ({ svg }, index) => {
    pixels.set(await decodeImage(Buffer.from(svg), size), index * size * size * channels)
  })
  const families = new Families(emoji.map(({ family }) => family))
  joinNamesakes(families, emoji)
  joinLookAlikes(
    families,
    emoji.map(({ family }) => family),
    pixels,
    size,
  )
  const entries = emoji.map(({ id, text, label, family }) => ({
    id,
    text,
    label,
    group: families.find(family),
  }))
  return { entries, pixels }
}

/** One line of JSON, then the pixels. */
function pack({ entries, pixels }: Collection): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(entries)}\n`), pixels])
}

function unpack(payload: Uint8Array): Collection {
  const end = payload.indexOf(0x0a)
  const text = Buffer.from(payload.buffer, payload.byteOffset, end).toString('utf8')
  return { entries: entries.parse(JSON.parse(text)), pixels: payload.slice(end + 1) }
}
