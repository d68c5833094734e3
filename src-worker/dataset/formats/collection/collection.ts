import { createHash } from 'node:crypto'
import { z } from 'zod'
import { cached } from '../../cache.ts'
import { channels, type Dataset } from '../../dataset.ts'
import { decodeImage, imageDecoder } from '../../decode-image.ts'
import { mapLimited } from '../../map-limited.ts'
import type { Families } from './families.ts'
import { joinLookAlikes, lookAlikeCorrelation } from './look-alikes.ts'

/** Pixels a side of the pictures. */
export const pictureSize = 48

/** A drawing with its name, of which a sample is made. */
export interface Drawing {
  readonly id: string
  readonly text: string
  /** Indices into the classes, ascending. */
  readonly labels: readonly number[]
  /** Equal for drawings that are one thing; families that look or are called alike are joined to a group. */
  readonly family: string
  /** A whole SVG document. */
  readonly svg: string
}

const entries = z.array(
  z.object({ id: z.string(), text: z.string(), labels: z.array(z.int()), group: z.string() }),
)

/** Drawings as samples, not yet split. */
export interface Collection {
  entries: z.infer<typeof entries>
  /** [entry, pictureSize, pictureSize, 3] */
  pixels: Uint8Array
}

export interface CollectionRecipe {
  /** Begins the name of the cache entry. */
  name: string
  /** What else decides the samples: packages with their versions, and how they are turned into samples. */
  origin: readonly string[]
  cacheFolder: string
  /** The drawings, and their families joined by name. */
  draw(): Promise<{ drawings: readonly Drawing[]; families: Families }>
}

/**
 * All samples from the cache, or made of the drawings (a few seconds). Families whose pictures look alike are one group,
 * see `joinLookAlikes`. Throws `data-folder-unwritable`.
 */
export async function readCollection(recipe: CollectionRecipe): Promise<Collection> {
  const { name, cacheFolder, draw } = recipe
  const origin = [...recipe.origin, imageDecoder, `${pictureSize} pixels`, lookAlikeCorrelation]
  const key = createHash('sha256').update(origin.join('\n')).digest('hex')
  const packed = await cached(cacheFolder, `${name}-${key.slice(0, 32)}`, async () => pack(await build(draw)))
  return unpack(packed)
}

/** Pictures and names as the modalities of a dataset. */
export const modalitiesOf = ({ entries, pixels }: Collection): Dataset['modalities'] => [
  { name: 'image', values: { type: 'image', data: pixels, height: pictureSize, width: pictureSize } },
  { name: 'text', values: { type: 'text', texts: entries.map(({ text }) => text) } },
]

async function build(draw: CollectionRecipe['draw']): Promise<Collection> {
  const { drawings, families } = await draw()
  const bytes = pictureSize * pictureSize * channels
  const pixels = new Uint8Array(drawings.length * bytes)
  await mapLimited(drawings, 32, async ({ svg }, index) => {
    pixels.set(await decodeImage(Buffer.from(svg), pictureSize), index * bytes)
  })
  joinLookAlikes(
    families,
    drawings.map(({ family }) => family),
    pixels,
    pictureSize,
  )
  const entries = drawings.map(({ id, text, labels, family }) => ({
    id,
    text,
    labels: [...labels],
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
