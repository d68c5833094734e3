import { join } from 'node:path'
import { mostComparedRuns, type RunComparison } from '#contract/calls/compare.ts'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { digestOf } from '#contract/run/digest.ts'
import { readConfig } from '#worker/run-directory/read.ts'
import { isPlainFolder } from '../library/folders.ts'
import { digestsOf } from '../store/digests.ts'
import type { Store } from '../store/open.ts'
import { runsById } from '../store/runs.ts'
import { summaryFromRun } from '../store/summary.ts'
import { OpenRun } from './open-run.ts'

/** What comparisons show: of runs that rest from the index; logs that still grow stay open, so that only what is new is read. */
export class ComparisonReader {
  readonly #store: Store
  readonly #runsDir: string
  readonly #growing = new Map<string, OpenRun>()

  constructor(store: Store, runsDir: string) {
    this.#store = store
    this.#runsDir = runsDir
  }

  /** The runs in the order asked for; one that cannot be read has a problem in its place. */
  read(ids: readonly string[]): (RunComparison | { id: string; problem: ProblemReport })[] {
    const summaries = runsById(this.#store, ids)
    const digests = digestsOf(this.#store, ids)
    return ids.map((id) => {
      try {
        const [summary, digest] = [summaries.get(id), digests.get(id)]
        if (!summary || !digest) return this.#readLog(id)
        this.#growing.delete(id)
        return { id, summary, config: readConfig(join(this.#runsDir, id)), digest }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        this.#growing.delete(id)
        return { id, problem: error.report() }
      }
    })
  }

  #readLog(id: string): RunComparison {
    const run = this.#growing.get(id) ?? this.#open(id)
    run.readOn()
    this.#growing.delete(id)
    this.#growing.set(id, run)
    const [oldest] = this.#growing.keys()
    if (this.#growing.size > mostComparedRuns) this.#growing.delete(oldest)
    return comparisonFromRun(run)
  }

  /** @throws Problem `run-not-found` for a link, which may lead anywhere, and those of `OpenRun` */
  #open(id: string): OpenRun {
    const directory = join(this.#runsDir, id)
    if (isPlainFolder(directory)) return new OpenRun(this.#runsDir, id)
    throw new Problem('run-not-found', id, `there is no folder at ${directory}`)
  }
}

/** What a comparison takes of a run that was read. */
export const comparisonFromRun = (run: OpenRun): RunComparison => ({
  id: run.id,
  summary: summaryFromRun(run),
  config: run.config,
  digest: digestOf(run.state),
})
