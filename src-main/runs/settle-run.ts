import { statSync } from 'node:fs'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import type { RunStatus, StoppedState } from '#contract/run/status.ts'
import { livenessOf, readStatus, runPaths } from '#worker/run-directory/read.ts'
import { changeStatus } from '#worker/run-directory/write.ts'
import type { KnownExit } from '../workers/describe-exit.ts'

/** Who stopped a run that was told so by this program. */
const byWord = 'the window or the command line'

/** How the process of a run ended. */
export interface RunEnd {
  /** What it was told to do; a worker that only got a signal cannot know it. */
  wanted?: StoppedState | undefined
  /** Why the run could not be begun, or what its worker said that it ended with. */
  failure?: ProblemReport | undefined
  /** What is known of the end of a process that was told nothing. */
  detail: string
  /** `worker-died` when left out. */
  code?: KnownExit['code']
}

/**
 * Gives a run whose process has ended its final state, where that process could not. A run that another process has
 * taken meanwhile is left to it. Answers the status as it then is.
 * @throws Problem `run-not-found`, `run-damaged`, `data-folder-unwritable`
 */
export function settleRun(directory: string, id: string, end: RunEnd): RunStatus {
  try {
    return changeStatus(directory, (status) => settlement(directory, id, status, end))
  } catch (error) {
    if (error instanceof Problem && error.code === 'run-busy') return readStatus(directory)
    throw error
  }
}

function settlement(directory: string, id: string, status: RunStatus, end: RunEnd) {
  const { state, process: holder } = status
  const { wanted, failure, detail, code = 'worker-died' } = end
  if (holder !== null && livenessOf(holder) !== 'dead') return null
  if (state === 'paused' || state === 'interrupted' || state === 'cancelled') {
    return wanted && wanted !== state ? { state: wanted, stoppedBy: byWord } : null
  }
  if (state === 'done' || state === 'failed') return null
  if (wanted) return { state: wanted, stoppedBy: byWord }
  if (failure) return { state: 'failed' as const, problem: failure }
  if (hasBegun(directory))
    return { state: 'interrupted' as const, problem: new Problem(code, id, detail).report() }
  return { state: 'failed' as const, problem: new Problem('worker-not-started', id, detail).report() }
}

/** Whether anything was ever done for the run. */
export function hasBegun(directory: string): boolean {
  return (statSync(runPaths(directory).events, { throwIfNoEntry: false })?.size ?? 0) > 0
}
