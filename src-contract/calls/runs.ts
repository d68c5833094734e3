import { z } from 'zod'
import { call } from '../call.ts'
import { runConfig, type RunConfig } from '../config.ts'
import type { RunEvent } from '../events.ts'
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
  /** Share of the run that is done, 0–1. */
  done: number
}

export interface RunDetails {
  summary: RunSummary
  config: RunConfig
  events: RunEvent[]
  directory: string
}

export const runId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)

export const runCalls = {
  'runs.list': call(z.tuple([])).returns<RunSummary[]>(),
  'runs.get': call(z.tuple([runId])).returns<RunDetails>(),
  /** Starts a search and answers its run's id. */
  'runs.start': call(z.tuple([runConfig])).returns<string>(),
  'runs.cancel': call(z.tuple([runId])).returns<null>(),
  'runs.resume': call(z.tuple([runId])).returns<null>(),
}
