import { z } from 'zod'
import type { RunEvent } from './events.ts'
import { runConfig, type RunConfig } from './config.ts'
import type { RunStateName } from './status.ts'

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

export interface AppInfo {
  version: string
  dataDir: string
  runsDir: string
}

export interface RunDetails {
  summary: RunSummary
  config: RunConfig
  events: RunEvent[]
  directory: string
}

const runId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)

/** Arguments of every call, validated where they arrive. A call without a handler does not compile. */
export const callArguments = {
  'app.info': z.tuple([]),
  'runs.list': z.tuple([]),
  'runs.get': z.tuple([runId]),
  'runs.start': z.tuple([runConfig]),
  'runs.cancel': z.tuple([runId]),
  'runs.resume': z.tuple([runId]),
} as const

export type CallName = keyof typeof callArguments
export type CallArguments<C extends CallName> = z.output<(typeof callArguments)[C]>

export interface CallResults {
  'app.info': AppInfo
  'runs.list': RunSummary[]
  'runs.get': RunDetails
  'runs.start': string
  'runs.cancel': null
  'runs.resume': null
}

/** What the back end tells without being asked. */
export type Push =
  { topic: 'run.changed'; summary: RunSummary } | { topic: 'run.events'; id: string; events: RunEvent[] }

/** The renderer's one door to the back end; the same over Electron's IPC and the local host. */
export interface Backend {
  call<C extends CallName>(name: C, ...args: CallArguments<C>): Promise<CallResults[C]>
  /** Calls back on every push until the returned function is called. */
  subscribe(listener: (push: Push) => void): () => void
}
