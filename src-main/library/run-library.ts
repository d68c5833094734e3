import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { AnnotationChange } from '#contract/run/annotations.ts'
import type { Push } from '#contract/calls.ts'
import type { BulkAnswer, ImportReport } from '#contract/calls/runs.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'
import { unfinishedPrefix } from '#worker/run-directory/layout.ts'
import { listRuns, readConfig } from '#worker/run-directory/read.ts'
import { signatureOf } from '../runs/open-run.ts'
import type { RunFollower } from '../runs/run-follower.ts'
import { indexMovedRun, indexRun } from '../store/index-run.ts'
import type { Store } from '../store/open.ts'
import { annotateRow, indexedRuns, removeRun, runsById } from '../store/runs.ts'
import { annotateRun } from './annotations.ts'
import { findRuns } from './find-runs.ts'
import { importPrefix, importRuns } from './import-run.ts'
import { placeOfRun, type RunFolders } from './folders.ts'
import { removeLeftovers } from './leftovers.ts'
import { eraseRun, restoreRun, trashRun } from './trash.ts'

export interface LibraryOptions {
  store: Store
  folders: RunFolders
  follower: RunFollower
  push: (push: Push) => void
  /** What a worker is making of the run, in words; null for nothing. Left out where nothing can be. */
  workOn?: (id: string) => string | null
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
}

/** What people do with runs that nobody works on. The run directories change first, then the index, then windows hear of it. */
export class RunLibrary {
  readonly #options: LibraryOptions
  #lastImport: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(options: LibraryOptions) {
    this.#options = options
  }

  /** Finishes what a crash has left, and makes the index of the trash equal to the trash. */
  start(): void {
    const { store, folders } = this.#options
    removeLeftovers(folders.trashDir, unfinishedPrefix)
    removeLeftovers(folders.runsDir, importPrefix)
    const indexed = new Map(indexedRuns(store, { trashed: true }).map((row) => [row.id, row.signature]))
    const ids = new Set(listRuns(folders.trashDir))
    for (const id of indexed.keys()) if (!ids.has(id)) removeRun(store, id, { trashed: true })
    for (const id of ids) {
      // Where a run was copied back by hand, the one in the list counts.
      if (existsSync(join(folders.runsDir, id))) continue
      if (indexed.get(id) === signatureOf(join(folders.trashDir, id))) continue
      this.#attempt(() => indexRun(store, folders.trashDir, id, { trashed: true }))
    }
  }

  async annotate(ids: readonly string[], change: AnnotationChange): Promise<BulkAnswer> {
    const { store, folders, follower } = this.#options
    const answer = await forEach(ids, (id) => {
      const { directory, trashed } = placeOfRun(folders, id)
      const before = signatureOf(directory)
      const annotations = annotateRun(directory, change)
      const configured = readConfig(directory).name
      const signatures = { before, after: signatureOf(directory) }
      const signature = annotateRow(store, id, { annotations, configured, signatures })
      if (!trashed) follower.accept(id, signature)
    })
    this.#tellChanged(answer.done)
    return answer
  }

  async trash(ids: readonly string[]): Promise<BulkAnswer> {
    const { store, folders, follower, push, workOn } = this.#options
    const answer = await forEach(ids, (id) => {
      const work = workOn?.(id) ?? null
      if (work !== null) throw new Problem('run-busy', id, work)
      trashRun(folders, id)
      follower.release(id)
      this.#attempt(() => indexMovedRun(store, folders.trashDir, id, { trashed: true }))
    })
    if (answer.done.length > 0) push({ topic: 'runs.removed', ids: answer.done })
    return answer
  }

  async restore(ids: readonly string[]): Promise<BulkAnswer> {
    const { store, folders, follower } = this.#options
    const answer = await forEach(ids, (id) => {
      restoreRun(folders, id)
      this.#attempt(() => {
        follower.accept(id, indexMovedRun(store, folders.runsDir, id, { trashed: false }))
      })
    })
    this.#tellChanged(answer.done)
    return answer
  }

  async erase(ids: readonly string[]): Promise<BulkAnswer> {
    const { store, folders, push } = this.#options
    const answer = await forEach(ids, (id) => {
      eraseRun(folders, id)
      removeRun(store, id, { trashed: true })
    })
    if (answer.done.length > 0) push({ topic: 'runs.removed', ids: answer.done })
    return answer
  }

  /**
   * Copies the run directories of a folder, one import at a time.
   * @throws Problem `no-runs-found`, `file-unreadable`
   */
  import(folder: string): Promise<ImportReport> {
    const { folders, follower } = this.#options
    const options = { onImported: (id: string) => follower.read(id), isStopped: () => this.#closed }
    const report = this.#lastImport.then(() => importRuns(findRuns(folder), folders, options))
    this.#lastImport = report.catch(() => undefined)
    return report
  }

  /** Lets an import end with the run that it is at. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#lastImport
  }

  #tellChanged(ids: readonly string[]): void {
    const { store, push } = this.#options
    for (const summary of runsById(store, ids).values()) push({ topic: 'run.changed', summary })
  }

  /** The files are as they should be; what the index cannot take of them is told. */
  #attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#options.report(error.report())
    }
  }
}

/** Tries all, and lets others have a turn in between. */
async function forEach(ids: readonly string[], action: (id: string) => void): Promise<BulkAnswer> {
  const answer: BulkAnswer = { done: [], refused: [] }
  for (const id of new Set(ids)) {
    try {
      action(id)
      answer.done.push(id)
    } catch (error) {
      answer.refused.push({ id, problem: reportOf(error) })
    }
    await setImmediate()
  }
  return answer
}
