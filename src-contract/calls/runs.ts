import { z } from 'zod'
import { call } from '../call.ts'
import { runConfig, type RunConfig } from '../config.ts'
import type { RunEvent } from '../events.ts'
import { runQuery, type FacetCount, type RunFacet, type RunPoint } from '../run-query.ts'
import type { RunStateName } from '../status.ts'

/** One row of the list of runs: what the index knows without opening the run directory. */
export interface RunSummary {
  id: string
  name: string
  state: RunStateName
  dataset: string
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

export interface RunDetails {
  summary: RunSummary
  config: RunConfig
  events: RunEvent[]
  directory: string
}

export const runId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)

export const runCalls = {
  /** All runs that are not in the trash, the newest first. */
  'runs.list': call(z.tuple([])).returns<RunSummary[]>(),
  'runs.query': call(z.tuple([runQuery])).returns<RunPage>(),
  'runs.overview': call(z.tuple([])).returns<RunOverview>(),
  /** Every run that is done and has a score, the newest first. */
  'runs.points': call(z.tuple([])).returns<RunPoint[]>(),
  'runs.get': call(z.tuple([runId])).returns<RunDetails>(),
  /** Starts a search and answers its run's id. */
  'runs.start': call(z.tuple([runConfig])).returns<string>(),
  'runs.cancel': call(z.tuple([runId])).returns<null>(),
  'runs.resume': call(z.tuple([runId])).returns<null>(),
}
