import { z } from 'zod'
import { annotationChange } from '../run/annotations.ts'
import { call } from '../call.ts'
import { runConfig, type RunConfig } from '../config.ts'
import type { TaskName } from '../dataset.ts'
import type { RunEvent } from '../run/events.ts'
import type { ProblemReport } from '../problem.ts'
import { runQuery, type FacetCount, type RunFacet, type RunPoints } from '../run/query.ts'
import { runPriority, type RunStateName } from '../run/status.ts'
import { grantId } from './files.ts'

/** One row of the list of runs: what the index knows without opening the run directory. */
export interface RunSummary {
  id: string
  name: string
  state: RunStateName
  dataset: string
  /** What is learned, which decides what a score is (`scoreName`): scores of different tasks do not compare. */
  task: TaskName
  strategy: string
  space: string
  seed: number
  createdAt: number
  updatedAt: number
  /** Mean test score of the derived architecture over its repetitions, and their number. */
  score: { mean: number; deviation: number; repetitions: number } | null
  /** Mean test score of the best single modality. */
  bestSingle: { model: string; mean: number } | null
  parameters: number | null
  latencyMs: number | null
  /** Forward passes of one sample that the search has spent. */
  cost: number | null
  /** Share of the run that is done, 0–1. */
  done: number
  tags: string[]
  notes: string
  /** The study that the run belongs to. */
  study: string | null
  /** What went wrong, of a run that failed or was interrupted. */
  problem: string | null
  /** Waiting runs of a higher priority start first. */
  priority: number
  /** In the trash: it can be restored, or erased for good. */
  trashed: boolean
}

/** A page of runs. */
export interface RunPage {
  rows: RunSummary[]
  /** Runs that fit the query, on all pages. */
  total: number
  facets: Record<RunFacet, FacetCount[]>
}

export interface RunOverview {
  total: number
  trashed: number
  /** Runs that wait or are worked on, the newest first. */
  active: RunSummary[]
}

/** Every run was tried: for which it was done, and why it was not for the others. */
export interface BulkAnswer {
  done: string[]
  refused: { id: string; problem: ProblemReport }[]
}

/** What became of the run directories that were found; `from` is their folder's name. */
export interface ImportReport {
  imported: { id: string; from: string }[]
  /** Equal runs that were here already, in the list or in the trash. */
  present: { id: string; from: string }[]
  refused: { from: string; problem: ProblemReport }[]
}

export interface RunDetails {
  summary: RunSummary
  config: RunConfig
  events: RunEvent[]
  directory: string
  /** The run was made elsewhere and copied into this data folder. */
  imported: boolean
}

export const runId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)

const runIds = z.array(runId).min(1).max(20_000)

export const runCalls = {
  'runs.query': call(z.tuple([runQuery])).returns<RunPage>(),
  'runs.overview': call(z.tuple([])).returns<RunOverview>(),
  /** Every run that is done and has a score, the newest first, with the settings in which they differ. */
  'runs.points': call(z.tuple([])).returns<RunPoints>(),
  /** Changes names, notes and tags, of runs in the trash too. */
  'runs.annotate': call(z.tuple([runIds, annotationChange])).returns<BulkAnswer>(),
  /** Puts runs into the trash; those that wait or are worked on are refused. */
  'runs.trash': call(z.tuple([runIds])).returns<BulkAnswer>(),
  'runs.restore': call(z.tuple([runIds])).returns<BulkAnswer>(),
  /** Removes runs of the trash for good. */
  'runs.erase': call(z.tuple([runIds])).returns<BulkAnswer>(),
  /** Copies run directories made elsewhere: the folder is one, or holds several. */
  'runs.import': call(z.tuple([grantId])).returns<ImportReport>(),
  'runs.get': call(z.tuple([runId])).returns<RunDetails>(),
  /** Queues a search and answers its run's id. */
  'runs.start': call(z.tuple([runConfig])).returns<string>(),
  /** Stops a run at its next checkpoint, or takes it out of the queue, until it is resumed. */
  'runs.pause': call(z.tuple([runId])).returns<null>(),
  /** Like pause, but the run counts as given up; it can be resumed all the same. */
  'runs.cancel': call(z.tuple([runId])).returns<null>(),
  /** Queues a run that has stopped before its end. */
  'runs.resume': call(z.tuple([runId])).returns<null>(),
  /** Gives up a run that has stopped before its end: it goes to the trash. */
  'runs.discard': call(z.tuple([runId])).returns<null>(),
  /** Waiting runs of a higher priority start first. */
  'runs.prioritise': call(z.tuple([runId, runPriority])).returns<null>(),
}
