import { callWorker, type WorkerCallOptions } from '../workers/call-worker.ts'
import type { VerbArguments, VerbName, VerbResult } from '#contract/verbs.ts'
import type { VerbProgress } from '#contract/messages.ts'

export interface WorkOptions extends Pick<WorkerCallOptions, 'spawnWorker' | 'dataDir'> {
  onProgress: (work: string, progress: VerbProgress) => void
}

/** Long pieces of work under the names that windows gave them. */
export class Work {
  readonly #options: WorkOptions
  readonly #going = new Map<string, { stop: AbortController; ended: Promise<unknown> }>()

  constructor(options: WorkOptions) {
    this.#options = options
  }

  /** Has a verb done; null when it was stopped. A name that is used again stops what went on under it. */
  async do<V extends VerbName>(
    work: string,
    verb: V,
    ...args: VerbArguments<V>
  ): Promise<VerbResult<V> | null> {
    this.stop(work)
    const { spawnWorker, dataDir, onProgress } = this.#options
    const stop = new AbortController()
    const { signal } = stop
    const doing = callWorker(
      { spawnWorker, dataDir, signal, onProgress: (progress) => onProgress(work, progress) },
      verb,
      ...args,
    )
    const entry = { stop, ended: doing.catch(() => undefined) }
    this.#going.set(work, entry)
    try {
      return await doing
    } catch (error) {
      if (signal.aborted) return null
      throw error
    } finally {
      if (this.#going.get(work) === entry) this.#going.delete(work)
    }
  }

  stop(work: string): void {
    this.#going.get(work)?.stop.abort()
  }

  /** Ends everything. */
  async close(): Promise<void> {
    const all = [...this.#going.values()]
    for (const { stop } of all) stop.abort()
    await Promise.all(all.map(({ ended }) => ended))
  }
}
