import { rmSync } from 'node:fs'
import { formatDuration, formatScore } from '#contract/format.ts'
import { Problem } from '#contract/problem.ts'
import { pointName, pointsOf, type Study } from '#contract/config/study.ts'
import { livenessOf, readStatus } from '#worker/run-directory/read.ts'
import { changeStatus } from '#worker/run-directory/write.ts'
import { printProblem } from '../print-problem.ts'
import { removeStudy } from '../studies/study-files.ts'
import { presentRuns } from './find-study.ts'
import { readSummary } from './read-run.ts'
import { hasBegun, onStopSignal, watchRun } from './watch-run.ts'

export interface StudyEnd {
  stopped: boolean
  /** Runs that failed or that another process works on. */
  left: number
}

/**
 * Works on every run of a study that is not done, one after the other, until Ctrl+C.
 * @throws Problem where no run could begin, because data or settings do not fit: neither could the others.
 */
export async function workStudy(
  study: Study,
  dataDir: string,
  tell: (line: string) => void,
): Promise<StudyEnd> {
  const points = pointsOf(study.axes)
  const runs = presentRuns(study, dataDir)
  let left = 0
  let stopped = false
  // A run listens for itself as well; this is for the moments between two runs.
  const release = onStopSignal(() => (stopped = true))
  try {
    for (const [i, { directory, point, seed }] of runs.entries()) {
      const title = `Run ${i + 1} of ${runs.length}: ${pointName(points[point])}, seed ${seed}`
      try {
        if (isDone(directory)) continue
        if (stopped) break
        tell(`\n${title}`)
        stopped = (await workOn(directory, dataDir, tell)) === 'cancelled' || stopped
      } catch (error) {
        if (!(error instanceof Problem) || !hasAnyBegun(runs)) throw error
        printProblem(error.report())
        left++
      }
    }
  } finally {
    release()
  }
  return { stopped, left }
}

const hasAnyBegun = (runs: readonly { directory: string }[]): boolean =>
  runs.some(({ directory }) => hasBegun(directory))

const isDone = (directory: string): boolean => readStatus(directory).state === 'done'

async function workOn(directory: string, dataDir: string, tell: (line: string) => void) {
  const { state, process: holder } = readStatus(directory)
  if (state === 'running' && holder && livenessOf(holder) === 'alive')
    throw new Problem('run-busy', directory, `process ${holder.pid} is working on it`)
  const began = Date.now()
  // The terminal takes the run out of the queue of a window.
  changeStatus(directory, () => ({ queuedAt: null }))
  const { outcome } = await watchRun(directory, dataDir, tell)
  const { score } = readSummary(directory)
  if (outcome === 'done' && score)
    tell(
      `Test score ${formatScore(score.mean, score.deviation, score.repetitions)} ` +
        `after ${formatDuration(Date.now() - began)}`,
    )
  return outcome
}

/** Removes a study of which no run has begun: there is nothing in it to keep. */
export function discardUnbegunStudy(study: Study, dataDir: string): void {
  const runs = presentRuns(study, dataDir)
  if (hasAnyBegun(runs)) return
  for (const { directory } of runs) rmSync(directory, { recursive: true, force: true })
  removeStudy(dataDir, study.id)
}
