import { z } from 'zod'
import { call } from '../call.ts'
import { splitName, tableSettings, type DatasetSpec, type DatasetSummary } from '../dataset.ts'
import type { DatasetReport, RejectedCell, TableInspection } from '../dataset/report.ts'
import type { SamplePreview } from '../dataset/sample-sheet.ts'
import { grantId } from './files.ts'

export type { SamplePreview }

/** `emoji8` and `icons18` for built-in data; the others are random. */
const datasetId = z.string().regex(/^[a-z0-9-]{1,32}$/)
const datasetName = z.string().trim().min(1).max(120)
/** The content hash of a dataset. */
const datasetHash = z.string().regex(/^[0-9a-f]{64}$/)

/** The table's file now, beside what it was when it was imported. Built-in data has no file. */
export type SourceState = 'as imported' | 'changed' | 'missing' | 'built in'

/** A dataset of the library, with what has been made of it. */
export interface DatasetEntry {
  id: string
  name: string
  /** What a run's configuration says to use it. */
  spec: DatasetSpec
  /** Null for built-in data that nothing was done with yet: it is made on first use. */
  summary: DatasetSummary | null
  /** Null for built-in data. */
  importedAt: number | null
  source: SourceState
  /** Runs on it, without those in the trash. */
  runs: { total: number; active: number; best: { id: string; name: string; mean: number } | null }
}

export interface DatasetDetails extends DatasetEntry {
  /** Null for built-in data. */
  report: DatasetReport | null
  /** Whether samples can be looked at. */
  samples: boolean
}

/** A report whose rejected rows are kept until the next one, or until the dataset is imported. */
export interface DatasetDraft {
  draft: string
  report: DatasetReport
}

/** Names a long piece of work, so that its progress can be told and it can be stopped. */
const workId = z.string().regex(/^[a-z0-9-]{8,40}$/)

const page = { offset: z.int().min(0), limit: z.int().min(1).max(500) }

const sampleQuery = z.strictObject({
  split: splitName,
  /** Class index. */
  label: z.int().min(0).optional(),
  /** Occurs in the id or in a text, in whatever case. */
  text: z.string().max(200).optional(),
  /** Only these positions inside the split, in this order. */
  indices: z.array(z.int().min(0)).max(500).optional(),
  ...page,
})
export type SampleQuery = z.infer<typeof sampleQuery>

export interface SamplePage {
  /** Samples that match, of those that are kept for looking at. */
  total: number
  /** Samples of the split, and how many of them are kept for looking at: the first ones. */
  inSplit: number
  stored: number
  classes: string[]
  samples: SamplePreview[]
}

export const datasetCalls = {
  'datasets.list': call(z.tuple([])).returns<DatasetEntry[]>(),
  'datasets.get': call(z.tuple([datasetId])).returns<DatasetDetails>(),
  /** Reads ahead in a table: columns with guessed uses; null when it was stopped, as with the other work. */
  'datasets.inspect': call(z.tuple([grantId, workId])).returns<TableInspection | null>(),
  /** Checks a whole table as it would be imported. Nothing is put into the data folder. */
  'datasets.validate': call(z.tuple([grantId, tableSettings, workId])).returns<DatasetDraft | null>(),
  /** The rejected cells of a draft, or of an imported dataset, by row. */
  'datasets.rejected': call(
    z.tuple([
      z.union([z.strictObject({ draft: z.string().max(64) }), z.strictObject({ dataset: datasetId })]),
      z.strictObject(page),
    ]),
  ).returns<{ total: number; cells: RejectedCell[] }>(),
  /** Puts a table into the library and answers its id. */
  'datasets.import': call(z.tuple([grantId, tableSettings, datasetName, workId])).returns<string | null>(),
  /** Reads a dataset of the library anew: after its file has changed, or to look at built-in data. */
  'datasets.refresh': call(z.tuple([datasetId, workId])).returns<null>(),
  'datasets.rename': call(z.tuple([datasetId, datasetName])).returns<null>(),
  /** Takes a dataset out of the library; the table itself stays where it is. Refused while a run works on it. */
  'datasets.remove': call(z.tuple([datasetId])).returns<null>(),
  /** Stops a piece of work; one that is over stays as it is. */
  'datasets.stop': call(z.tuple([workId])).returns<null>(),
  /** Samples to look at, of any dataset that a run or an import has opened. */
  'datasets.samples': call(z.tuple([datasetHash, sampleQuery])).returns<SamplePage>(),
}
