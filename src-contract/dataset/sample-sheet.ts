import { z } from 'zod'
import { modalityTypes, splitCounts, splitNames } from '../dataset.ts'

/**
 * A sample sheet: what people look at of a dataset, kept apart from the data itself as `<data dir>/samples/<dataset hash>/`
 * with `index.json`, pages of samples `page-0.json` … and all small pictures one after the other in `thumbnails.bin`.
 */
export const sheetFiles = {
  index: 'index.json',
  page: (number: number) => `page-${number}.json`,
  thumbnails: 'thumbnails.bin',
} as const

/** Samples of one page. */
export const sheetPageSize = 500

/** Pixels a side of the small pictures, at most. */
export const thumbnailSize = 64

export const sheetIndex = z.object({
  version: z.literal(1),
  hash: z.string(),
  classes: z.array(z.string()),
  modalities: z.array(z.object({ name: z.string(), type: z.enum(modalityTypes) })),
  /** Samples of the dataset, and how many of them are in the sheet: the first of every split. */
  splits: splitCounts,
  stored: splitCounts,
})
export type SheetIndex = z.infer<typeof sheetIndex>

const shown = {
  /** Position inside the split: the order of the `predictions` event of a run. */
  index: z.int(),
  id: z.string(),
  /** Class indices, ascending. */
  labels: z.array(z.int()),
  /** Cut at 500 characters. */
  texts: z.record(z.string(), z.string()),
  /** The first 16 elements. */
  vectors: z.record(z.string(), z.array(z.number())),
}

/** Older sheets have one `label`. */
function withLabels(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('label' in value)) return value
  const { label, ...others } = value
  return { ...others, labels: [label] }
}

/** A sample to look at. */
export const samplePreview = z.preprocess(
  withLabels,
  z.object({
    ...shown,
    /** `data:` addresses of small pictures. */
    images: z.record(z.string(), z.string()),
  }),
)
export type SamplePreview = z.infer<typeof samplePreview>

/** A sample of a page; pages run through test, validation and train, each in its own order. */
export const sheetSample = z.preprocess(
  withLabels,
  z.object({
    ...shown,
    split: z.enum(splitNames),
    /** First byte and number of bytes of the WebP picture. */
    images: z.record(z.string(), z.tuple([z.int(), z.int()])),
  }),
)
export type SheetSample = z.infer<typeof sheetSample>
