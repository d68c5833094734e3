import type { VerbProgress } from '#contract/messages.ts'
import { Problem, type ProblemCode } from '#contract/problem.ts'
import type { VerbArguments, VerbName, VerbResult } from '#contract/verbs.ts'
import type { SpareSlots } from '../runs/spare-slots.ts'
import { callWorker } from './call-worker.ts'
import type { SpawnWorker } from './spawn-worker.ts'
import { unlessAborted } from './unless-aborted.ts'

export interface RunWorkOptions {
  dataDir: string
  spawnWorker: SpawnWorker
  /** Work waits for one of these; begins at once when left out. */
  slots?: SpareSlots
  /** Told how far the work on a run is; null when it has ended, well or not. */
  tell: (run: string, progress: VerbProgress | null) => void
  /** Why a second piece of work on a run is refused. */
  busy: { code: ProblemCode; detail: string }
  /** What work that was cancelled ends with. */
  cancelled: { code: ProblemCode; detail: string }
}

interface Going {
  /** Milliseconds since 1970. */
  begunAt: number
  progress: VerbProgress
  stop: AbortController
  ended: Promise<unknown>
}

/** Work of one kind that workers do for runs: one piece for a run at a time, whose progress is told and that can be cancelled. */
export class RunWork {
  readonly #options: RunWorkOptions
  readonly #going = new Map<string, Going>()

  constructor(options: RunWorkOptions) {
    this.#options = options
  }

  /** How far the work on a run is; null when there is none. */
  progressOf(run: string): VerbProgress | null {
    return this.#going.get(run)?.progress ?? null
  }

  isGoing(run: string): boolean {
    return this.#going.has(run)
  }

  /** @throws Problem that of `busy` where what was made at that time is from the work that goes on */
  refuseUnfinished(run: string, createdAt: number): void {
    const { code, detail } = this.#options.busy
    if (createdAt >= (this.#going.get(run)?.begunAt ?? Infinity)) throw new Problem(code, run, detail)
  }

  /**
   * Has a verb done that `prepare` answers the arguments of; the work goes on from the first moment, and can be cancelled.
   * @throws Problem that of `busy` or `cancelled`, and what the verb throws
   */
  async do<V extends VerbName>(
    run: string,
    verb: V,
    prepare: () => Promise<VerbArguments<V>>,
  ): Promise<VerbResult<V>> {
    const { busy, tell, slots } = this.#options
    if (this.#going.has(run)) throw new Problem(busy.code, run, busy.detail)
    const stop = new AbortController()
    const done = this.#execute(run, stop.signal, verb, prepare)
    const ended = done.then(
      () => undefined,
      () => undefined,
    )
    const progress = { done: 0, doing: slots ? 'waiting for a free slot' : 'starting' }
    this.#going.set(run, { begunAt: Date.now(), progress, stop, ended })
    if (slots) tell(run, progress)
    try {
      return await done
    } finally {
      this.#going.delete(run)
      tell(run, null)
    }
  }

  /** Stops the work on a run, if there is any. */
  cancel(run: string): void {
    const { code, detail } = this.#options.cancelled
    this.#going.get(run)?.stop.abort(new Problem(code, run, detail))
  }

  /** Stops all work, and answers when it has ended. */
  async close(): Promise<void> {
    for (const run of this.#going.keys()) this.cancel(run)
    await Promise.all([...this.#going.values()].map(({ ended }) => ended))
  }

  async #execute<V extends VerbName>(
    run: string,
    signal: AbortSignal,
    verb: V,
    prepare: () => Promise<VerbArguments<V>>,
  ): Promise<VerbResult<V>> {
    const { dataDir, spawnWorker, slots } = this.#options
    const args = await unlessAborted(signal, prepare())
    const giveBack = await slots?.take(signal)
    const onProgress = (progress: VerbProgress) => this.#notice(run, progress)
    try {
      return await callWorker({ dataDir, spawnWorker, signal, onProgress }, verb, ...args)
    } finally {
      giveBack?.()
    }
  }

  #notice(run: string, progress: VerbProgress): void {
    const going = this.#going.get(run)
    if (!going) return
    going.progress = progress
    this.#options.tell(run, progress)
  }
}
