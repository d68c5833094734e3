import type { ArgumentsOf, HandlersOf, ResultOf } from './call.ts'
import { appCalls } from './calls/app.ts'
import { backboneCalls } from './calls/backbones.ts'
import { compareCalls } from './calls/compare.ts'
import { datasetCalls } from './calls/datasets.ts'
import { deviceCalls } from './calls/devices.ts'
import { exportCalls } from './calls/exports.ts'
import { fileCalls } from './calls/files.ts'
import { libraryCalls } from './calls/library.ts'
import { presetCalls } from './calls/presets.ts'
import { queueCalls, type QueueState } from './calls/queue.ts'
import { runCalls, type RunSummary } from './calls/runs.ts'
import { searchCalls } from './calls/searches.ts'
import { settingsCalls } from './calls/settings.ts'
import { studyCalls } from './calls/studies.ts'
import { valuationCalls } from './calls/valuations.ts'
import { whatIfCalls } from './calls/what-if.ts'
import type { RunEvent } from './run/events.ts'
import type { VerbProgress } from './messages.ts'
import type { Study } from './config/study.ts'

/** Every call that a window can make: one file a room. */
export const calls = {
  ...appCalls,
  ...runCalls,
  ...libraryCalls,
  ...queueCalls,
  ...compareCalls,
  ...datasetCalls,
  ...backboneCalls,
  ...deviceCalls,
  ...settingsCalls,
  ...fileCalls,
  ...exportCalls,
  ...presetCalls,
  ...searchCalls,
  ...studyCalls,
  ...valuationCalls,
  ...whatIfCalls,
}

type Calls = typeof calls
export type CallName = keyof Calls
export type CallArguments<C extends CallName> = ArgumentsOf<Calls[C]>
export type CallResult<C extends CallName> = ResultOf<Calls[C]>
/** The back end's side of the calls. */
export type Handlers = HandlersOf<Calls>

/** What the back end tells without being asked. */
export type Push =
  | { topic: 'run.changed'; summary: RunSummary }
  | { topic: 'run.events'; id: string; events: RunEvent[] }
  /** The list of datasets, or what is known of them. */
  | { topic: 'datasets.changed' }
  /** How far a piece of work on a dataset is, for the window that asked for it. */
  | { topic: 'dataset.progress'; work: string; progress: VerbProgress }
  /** The files of backbones, or what is known of them. */
  | { topic: 'backbones.changed' }
  | { topic: 'queue.changed'; queue: QueueState }
  /** They left the list of runs: for the trash, or for good. */
  | { topic: 'runs.removed'; ids: string[] }
  /** How far measuring for an estimate is, for the window that asked with this ticket. */
  | { topic: 'estimate.progress'; ticket: string; progress: VerbProgress }
  | { topic: 'study.changed'; study: Study }
  /** The exports of a run: one has gone, or how far the one is that is being made; null when it has ended. */
  | { topic: 'export.changed'; id: string; running: VerbProgress | null }
  /** The re-valuations of a run: one has gone, or how far the one is that is being made; null when it has ended. */
  | { topic: 'valuation.changed'; id: string; running: VerbProgress | null }
  /** What was tried with the architecture of a run, or how far that is which is being tried; null when it has ended. */
  | { topic: 'what-if.changed'; id: string; running: VerbProgress | null }

/** The renderer's one door to the back end; the same over Electron's IPC and the local host. */
export interface Backend {
  call<C extends CallName>(name: C, ...args: CallArguments<C>): Promise<CallResult<C>>
  /** Calls back on every push until the returned function is called. */
  subscribe(listener: (push: Push) => void): () => void
}
