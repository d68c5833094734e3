import { z } from 'zod'

/** The first digits of the SHA-256 of the ONNX file, so an id stands for one content. */
export const backboneId = z.string().regex(/^[0-9a-f]{16}$/)

const side = z.int().min(1).max(2048)

/** How pictures become the input of a file: (pixel / 255 · range − mean) / deviation per channel, red first. */
export const pictureInput = z.strictObject({
  height: side,
  width: side,
  range: z.literal([1, 255]),
  mean: z.array(z.number()).length(3),
  deviation: z.array(z.number().positive()).length(3),
})
export type PictureInput = z.infer<typeof pictureInput>

/** The usual ways to write pictures as numbers; most image networks were trained with the first. */
export const pictureScalings = {
  ImageNet: { range: 1, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  '0 to 1': { range: 1, mean: [0, 0, 0], deviation: [1, 1, 1] },
  '−1 to 1': { range: 1, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  '0 to 255': { range: 255, mean: [0, 0, 0], deviation: [1, 1, 1] },
} as const satisfies Record<string, Omit<PictureInput, 'height' | 'width'>>

/** How the axes of one sample's tensor are read. */
const tapLayout = z.enum(['channels first', 'channels last', 'sequence', 'vector'])

/** A tensor inside a file that can be used as a feature. */
const tapInfo = z.object({
  /** As the file names it. */
  name: z.string(),
  /** The ONNX operator that computes it. */
  operator: z.string(),
  /** The part of the network that its node's name tells, such as `layer1/block0`; often empty. */
  scope: z.string(),
  /** Operators on the longest way from the input. */
  depth: z.int(),
  /** Of one sample, without the batch axis. */
  shape: z.array(z.int()),
  layout: tapLayout,
  channels: z.int(),
})
export type TapInfo = z.infer<typeof tapInfo>

/** The only input of a file; a size that the file leaves open is null. */
const fileInput = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('image'),
    name: z.string(),
    layout: z.enum(['channels first', 'channels last']),
    height: z.int().nullable(),
    width: z.int().nullable(),
  }),
  z.object({ type: z.literal('vector'), name: z.string(), length: z.int() }),
])
export type FileInput = z.infer<typeof fileInput>

/** What an ONNX file holds, as `taps` reads it. */
const readBackbone = z.object({
  input: fileInput,
  /** Samples of a call; null when the file takes any number. */
  batch: z.int().nullable(),
  /** Numbers in its weights. */
  parameters: z.int(),
  bytes: z.int(),
  /** SHA-256 of the file, hexadecimal. */
  hash: z.string(),
  /** The program that wrote the file; may be empty. */
  producer: z.string(),
  /** From shallow to deep. */
  taps: z.array(tapInfo),
})
export type ReadBackbone = z.infer<typeof readBackbone>

/** The most taps that a search uses of one file. */
export const mostTaps = 6

/** A file of the library: `backbones/<id>/backbone.json` beside `model.onnx`. */
export const storedBackbone = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  /** Milliseconds since 1970. */
  importedAt: z.number(),
  ...readBackbone.shape,
  /** Null for a file that reads vectors: they go in as they are. */
  picture: pictureInput.nullable(),
  /** The taps that a new search begins with, by name. */
  chosen: z.array(z.string()).max(mostTaps),
})
export type StoredBackbone = z.infer<typeof storedBackbone>

/**
 * The last tap of every resolution, at most the deepest `mostTaps` of them. Where a file has maps of several sizes, as
 * convolutional networks do, sequences are left out: there they are maps that were flattened on the way.
 */
export function lastOfEachResolution(taps: readonly TapInfo[]): string[] {
  const maps = taps.filter(({ layout }) => layout === 'channels first' || layout === 'channels last')
  const hasStages = new Set(maps.map(resolutionOf)).size > 1
  const last = new Map<string, TapInfo>()
  for (const tap of taps) if (!hasStages || tap.layout !== 'sequence') last.set(resolutionOf(tap), tap)
  const byDepth = [...last.values()].toSorted((a, b) => a.depth - b.depth)
  return byDepth.slice(-mostTaps).map(({ name }) => name)
}

/** The axes of a tap besides its channels: `28 × 28`, `197` or `1`. */
export function resolutionOf({ shape, layout }: Pick<TapInfo, 'shape' | 'layout'>): string {
  if (layout === 'vector') return '1'
  const positions = layout === 'channels first' ? shape.slice(1) : shape.slice(0, -1)
  return positions.join(' × ')
}
