import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { reportOf, type ProblemReport } from '#contract/problem.ts'
import { asDataFolderProblem } from '#worker/run-directory/atomic-file.ts'
import { encodeJsonLine } from '#worker/run-directory/json.ts'

export const logsOf = (dataDir: string): string => join(dataDir, 'logs')

/** A full log takes the place of the older one, so that both together stay below twice this. */
const fullBytes = 512 * 1024
/** The same problem again within this time is not written again. */
const quietMs = 60_000

/** Writes what went wrong while nobody waited for an answer to `logs/problems.ndjson`, one JSON a line. */
export class ProblemLog {
  readonly #folder: string
  readonly #tell: (problem: ProblemReport) => void
  #last = { text: '', at: -Infinity }

  /** `tell` hears of every problem, and of a log that cannot be written. */
  constructor(dataDir: string, tell: (problem: ProblemReport) => void) {
    this.#folder = logsOf(dataDir)
    this.#tell = tell
  }

  report(problem: ProblemReport, at = Date.now()): void {
    this.#tell(problem)
    const text = encodeJsonLine(problem)
    if (text === this.#last.text && at - this.#last.at < quietMs) return
    this.#last = { text, at }
    try {
      asDataFolderProblem(this.#folder, () => this.#write(encodeJsonLine({ at, ...problem })))
    } catch (error) {
      this.#tell(reportOf(error))
    }
  }

  #write(line: string): void {
    const file = join(this.#folder, 'problems.ndjson')
    mkdirSync(this.#folder, { recursive: true })
    if (existsSync(file) && statSync(file).size > fullBytes)
      renameSync(file, join(this.#folder, 'problems.1.ndjson'))
    appendFileSync(file, `${line}\n`)
  }
}
