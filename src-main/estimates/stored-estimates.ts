import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { estimate, outcomeOf, type Estimate, type EstimateOutcome } from '#contract/estimate.ts'
import { foldEvents } from '#contract/run-state.ts'
import { writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson } from '#worker/run-directory/json.ts'
import { listRuns, readEvents, readStatus } from '#worker/run-directory/read.ts'

const pathIn = (directory: string) => join(directory, 'estimate.json')

/** Lays an estimate beside the run that it was made for. @throws Problem `data-folder-unwritable` */
export function storeEstimate(directory: string, made: Estimate): void {
  writeAtomically(pathIn(directory), encodeJson(made))
}

/** The estimate of a run; null where none was made, or what stands there is none of this version. */
function readEstimate(directory: string): Estimate | null {
  let text: string
  try {
    text = readFileSync(pathIn(directory), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return estimate.safeParse(JSON.parse(text)).data ?? null
}

/** So many are told, and so many runs are looked through for them. */
const mostOutcomes = 3
const mostRuns = 300

/** How the last estimates made on a machine turned out, newest run first; runs that were stopped on their way are left out. */
export function lastOutcomes(runsDir: string, machine: string): EstimateOutcome[] {
  const found: EstimateOutcome[] = []
  for (const id of listRuns(runsDir).slice(-mostRuns).toReversed()) {
    if (found.length === mostOutcomes) break
    const directory = join(runsDir, id)
    const made = readEstimate(directory)
    if (!made || made.machine !== machine || readStatus(directory).state !== 'done') continue
    const outcome = outcomeOf(id, made, foldEvents(readEvents(directory)))
    if (outcome) found.push(outcome)
  }
  return found
}
