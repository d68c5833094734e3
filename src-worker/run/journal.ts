import type { EventBody, EventOf, PhaseName, RunEvent } from '#contract/run/events.ts'
import { applyEvent, foldEvents, type RunState } from '#contract/run/state.ts'
import type { Checkpoint } from '../run-directory/checkpoint.ts'
import { effectiveEvents, readEvents } from '../run-directory/read.ts'
import type { RunWriter } from '../run-directory/write.ts'

/** Seconds after which a checkpoint is worth its time, in the middle of an epoch. */
const checkpointIntervalMs = 30_000

/** The share of a phase that is worth an event. */
const progressGrain = 0.005

/** What a run writes down while it works, and how it learns that it is to stop. */
export class Journal {
  readonly #writer: RunWriter
  readonly #send: (event: RunEvent) => void
  readonly #signal: AbortSignal
  #state: RunState
  #shown: Pick<EventOf<'progress'>, 'phase' | 'done'> | undefined
  #savedAt = Date.now()

  constructor(writer: RunWriter, send: (event: RunEvent) => void, signal: AbortSignal) {
    this.#writer = writer
    this.#send = send
    this.#signal = signal
    const events = readEvents(writer.directory)
    this.#state = foldEvents(events)
    this.#shown = effectiveEvents(events).findLast((event) => event.type === 'progress')
  }

  /** The fold of everything that was emitted and still holds. */
  get state(): RunState {
    return this.#state
  }

  emit(body: EventBody): void {
    const event = this.#writer.append(body)
    this.#state = applyEvent(this.#state, event)
    this.#send(event)
  }

  /**
   * Tells how much of a phase is done, 0–1, whenever it has grown by half a per cent. What decides is the computation,
   * never the clock: equal runs have equal events.
   */
  progress(phase: PhaseName, done: number, doing: string): void {
    const before = this.#shown?.phase === phase ? this.#shown.done : -1
    if (done < 1 && done - before < progressGrain) return
    this.#shown = { phase, done: Math.min(1, done) }
    this.emit({ type: 'progress', ...this.#shown, doing })
  }

  /** Saves a checkpoint that covers every event so far. */
  save(checkpoint: Pick<Checkpoint, 'tensors' | 'meta'>): void {
    this.#writer.saveCheckpoint(checkpoint)
    this.#savedAt = Date.now()
  }

  /** Saves a checkpoint between two parts of the run, when nothing is under way. */
  saveBetween(): void {
    this.save({ meta: { stage: 'between', state: null }, tensors: {} })
  }

  /** Saves a checkpoint if the last one is old. */
  saveIfDue(checkpoint: () => Pick<Checkpoint, 'tensors' | 'meta'>): void {
    if (Date.now() - this.#savedAt > checkpointIntervalMs) this.save(checkpoint())
  }

  /** Lets messages in; throws the signal's reason (Stopped) when the run is to stop. A hot loop calls it between calls of the engine. */
  readonly breathe = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    this.#signal.throwIfAborted()
  }
}
