import type { VerbProgress } from '#contract/messages.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import type { VerbArguments, VerbResult } from '#contract/verbs.ts'
import { readEvents } from '#worker/run-directory/read.ts'
import type { RecordFolder } from '#worker/run-directory/record-folder.ts'
import type { DeviceList } from '../devices/device-list.ts'
import { directoryOfRun } from '../library/folders.ts'
import { RunWork, type RunWorkOptions } from '../workers/run-work.ts'
import type { SpawnWorker } from '../workers/spawn-worker.ts'
import type { SpareSlots } from './spare-slots.ts'

/** Verbs that reopen a finished search, compute for minutes and keep a record in the run's directory. */
type RecordVerb = 'revalue' | 'whatif'
type RequestOf<V extends RecordVerb> = VerbArguments<V>[0]['request']

export interface RecordRoomOptions {
  dataDir: string
  runsDir: string
  spawnWorker: SpawnWorker
  devices: Pick<DeviceList, 'for'>
  /** Such work computes as much as a search, so it begins where no search would be slowed down. */
  slots: SpareSlots
}

interface RecordKind<V extends RecordVerb> extends Pick<RunWorkOptions, 'tell' | 'busy' | 'cancelled'> {
  verb: V
  folder: RecordFolder<VerbResult<V>>
}

/** The records that one verb has made of all runs, and those that it is making. */
export class RecordRoom<V extends RecordVerb> {
  readonly #options: RecordRoomOptions
  readonly #kind: RecordKind<V>
  readonly #work: RunWork

  constructor(options: RecordRoomOptions, kind: RecordKind<V>) {
    const { dataDir, spawnWorker, slots } = options
    this.#options = options
    this.#kind = kind
    this.#work = new RunWork({ dataDir, spawnWorker, slots, ...kind })
  }

  /** The newest first, and what is wrong with those that cannot be read. @throws Problem `run-not-found`, `run-damaged` */
  read(id: string): ReturnType<RecordFolder<VerbResult<V>>['read']> {
    return this.#kind.folder.read(this.#directory(id))
  }

  progressOf(id: string): VerbProgress | null {
    return this.#work.progressOf(id)
  }

  /** Whether a record of the run is being made. */
  isMaking(id: string): boolean {
    return this.#work.isGoing(id)
  }

  /**
   * Has a worker make a record, as soon as a slot is free.
   * @throws Problem `run-not-found`, those of the kind for work that goes on or is cancelled, and those of the verb
   */
  async start(id: string, request: RequestOf<V>): Promise<VerbResult<V>> {
    const directory = this.#directory(id)
    const begun = latest(foldEvents(readEvents(directory)), 'started')
    return await this.#work.do(id, this.#kind.verb, async () => {
      const devices = await this.#options.devices.for(begun?.device ?? 'cpu')
      return [{ directory, request }, devices] as unknown as VerbArguments<V>
    })
  }

  /** Stops the work on a run, if there is any. */
  cancel(id: string): void {
    this.#work.cancel(id)
  }

  /**
   * @throws Problem `run-not-found`, `file-not-found`, `data-folder-unwritable`, and that of the kind for work that goes on,
   * where the record is still being written: it would come back
   */
  remove(id: string, record: string): void {
    const found = this.isMaking(id) ? this.read(id).records.find((kept) => kept.id === record) : undefined
    if (found) this.#work.refuseUnfinished(id, found.createdAt)
    this.#kind.folder.remove(this.#directory(id), record)
    this.#kind.tell(id, this.#work.progressOf(id))
  }

  /** Stops what is being made, and answers when it has ended. */
  close(): Promise<void> {
    return this.#work.close()
  }

  #directory(id: string): string {
    return directoryOfRun(this.#options, id)
  }
}
