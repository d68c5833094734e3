import { z } from 'zod'
import { datasetSummary, modalityTypes, splitCounts } from '../dataset.ts'
import { samplePreview } from './sample-sheet.ts'
import { problemReport } from '../run/status.ts'

/** What a column of a table can be used for. */
const columnRoles = ['modality', 'label', 'split', 'group', 'unused'] as const
export type ColumnRole = (typeof columnRoles)[number]

const columnInspection = z.object({
  name: z.string(),
  /** What it is most likely for; the person who imports decides. */
  role: z.enum(columnRoles),
  /** How its cells would be read as a modality. */
  type: z.enum(modalityTypes),
  /** What stands between several labels in its cells; null where each would be a single label, or a list. */
  separator: z.string().nullable().default(null),
  /** A free name for it as a modality. */
  modality: z.string(),
  /** Why this role and type were taken, for people. */
  reason: z.string(),
  /** The first values that differ, cut at 80 characters. */
  examples: z.array(z.string()),
  /** Different values among the examined rows. */
  distinct: z.int(),
  /** Empty cells among the examined rows. */
  missing: z.int(),
})
export type ColumnInspection = z.infer<typeof columnInspection>

/** What reading ahead in a table has found. */
export const tableInspection = z.object({
  /** `CSV`, `JSON Lines`, `Parquet`. */
  format: z.string(),
  bytes: z.int(),
  rows: z.int(),
  /** Rows that the figures of the columns are about: the first ones. */
  examined: z.int(),
  columns: z.array(columnInspection),
})
export type TableInspection = z.infer<typeof tableInspection>

/** One cell (or a row as a whole) that cannot be used. */
export const rejectedCell = z.object({
  /** As a spreadsheet counts. */
  row: z.int(),
  /** Null when the row as a whole cannot be read. */
  column: z.string().nullable(),
  /** What stands in the cell, cut at 200 characters. */
  value: z.string().nullable(),
  reason: z.string(),
})
export type RejectedCell = z.infer<typeof rejectedCell>

const range = z.object({ least: z.number(), mean: z.number(), most: z.number() })

/** What the values of one modality are like, over all usable rows. */
const modalityStatistics = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('image'),
    name: z.string(),
    /** Pixels of the files as they are, before they are resized. */
    width: range,
    height: range,
    /** Width / height. */
    aspect: range,
    /** Pictures of a single colour. */
    blank: z.int(),
    /** Different pictures. */
    distinct: z.int(),
  }),
  z.object({
    type: z.literal('text'),
    name: z.string(),
    characters: range,
    words: range,
    /** Texts without a letter or digit: nothing can be learned from them. */
    wordless: z.int(),
    distinct: z.int(),
  }),
  z.object({
    type: z.literal('vector'),
    name: z.string(),
    length: z.int(),
    values: range,
    /** Elements that are the same in every row, by position from 0. */
    constant: z.array(z.int()),
    distinct: z.int(),
  }),
])
export type ModalityStatistics = z.infer<typeof modalityStatistics>

/** What the labels of a multi-label task are like. */
const labelFacts = z.object({
  /** Labels a sample. */
  mean: z.number(),
  most: z.int(),
  /** Samples without a label. */
  none: z.int(),
  /** Labels that exactly the same samples have, and how many those are; not of labels with fewer than five. */
  together: z.array(z.object({ labels: z.array(z.string()), count: z.int() })),
})
export type LabelFacts = z.infer<typeof labelFacts>

/** Rows that say the same; `count` of them in all, the first groups named by their row numbers. */
const repeats = z.object({ count: z.int(), examples: z.array(z.array(z.int())) })

/** Everything that is known of a table before it is imported, but for the rejected rows themselves, which are paged. */
export const datasetReport = z.object({
  rows: z.int(),
  usable: z.int(),
  /** Rows that cannot be used, and what is wrong with how many of them: the most frequent reasons first. */
  rejected: z.int(),
  rejectedCells: z.int(),
  reasons: z.array(z.object({ column: z.string().nullable(), reason: z.string(), count: z.int() })),
  /** Why it cannot be imported as it is; null when it can. */
  problem: problemReport.nullable(),
  /** Null where too little is usable to be a dataset. */
  summary: datasetSummary.nullable(),
  modalities: z.array(modalityStatistics),
  /** Null of a single-label task, and where too little is usable to be a dataset. */
  labels: labelFacts.nullable().default(null),
  /** Samples equal in all modalities, and among them those whose labels differ. */
  duplicates: repeats,
  contradictions: repeats,
  /** What stands in training and in an evaluation split as well. */
  leaks: z.array(z.string()),
  splits: splitCounts.nullable(),
  /** Some samples of every class, as a search would see them; `index` is the position among all usable rows. */
  previews: z.array(samplePreview),
})
export type DatasetReport = z.infer<typeof datasetReport>

/** What an import answers once the data is read, checked and can be looked at. */
export const importedDataset = z.object({
  summary: datasetSummary,
  /** Null for built-in data. */
  report: datasetReport.nullable(),
  /** The table's file as it was; null for built-in data. Files that it names are not looked at again. */
  source: z.object({ bytes: z.int(), modifiedAt: z.number(), sha256: z.string() }).nullable(),
})
export type ImportedDataset = z.infer<typeof importedDataset>
