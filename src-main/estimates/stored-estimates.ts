import { join } from 'node:path'
import { estimate, outcomeOf, type Estimate, type EstimateOutcome } from '#contract/estimate.ts'
import { Problem } from '#contract/problem.ts'
import { foldEvents } from '#contract/run/state.ts'
import { writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson, parseJson } from '#worker/run-directory/json.ts'
import { readIfThere } from '#worker/run-directory/read-if-there.ts'
import { listRuns, readEvents, readStatus } from '#worker/run-directory/read.ts'

const pathIn = (directory: string) => join(directory, 'estimate.json')

/** Lays an estimate beside the run that it was made for. @throws Problem `data-folder-unwritable` */
export function storeEstimate(directory: string, made: Estimate): void {
  writeAtomically(pathIn(directory), encodeJson(made))
}

/**
 * The estimate of a run; null where none was made, or what stands there is none of this version.
 * @throws Problem `run-damaged`
 */
function readEstimate(directory: string): Estimate | null {
  const path = pathIn(directory)
  const text = readIfThere(path)
  return text === null ? null : (estimate.safeParse(parseJson(text, path)).data ?? null)
}

/** So many are told, and so many runs are looked through for them. */
const mostOutcomes = 3
const mostRuns = 300

/** How the last estimates made on a machine turned out, newest run first; runs that were stopped on their way are left out. */
export function lastOutcomes(runsDir: string, machine: string): EstimateOutcome[] {
  const found: EstimateOutcome[] = []
  for (const id of listRuns(runsDir).slice(-mostRuns).toReversed()) {
    if (found.length === mostOutcomes) break
    const outcome = outcomeIn(join(runsDir, id), id, machine)
    if (outcome) found.push(outcome)
  }
  return found
}

/** Null for a run that was not estimated here or is not done, and for one that is damaged: its page says so. */
function outcomeIn(directory: string, id: string, machine: string): EstimateOutcome | null {
  try {
    const made = readEstimate(directory)
    if (!made || made.machine !== machine || readStatus(directory).state !== 'done') return null
    return outcomeOf(id, made, foldEvents(readEvents(directory)))
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}
