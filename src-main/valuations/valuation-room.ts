import { join } from 'node:path'
import type { Push } from '#contract/calls.ts'
import type { RevaluationList } from '#contract/calls/valuations.ts'
import type { Revaluation, RevaluationRequest } from '#contract/valuation.ts'
import { Problem } from '#contract/problem.ts'
import { foldEvents, latest } from '#contract/run-state.ts'
import { readEvents, readStatus } from '#worker/run-directory/read.ts'
import { readRevaluations, removeRevaluation } from '#worker/run-directory/valuations.ts'
import type { DeviceList } from '../devices/device-list.ts'
import { isPlainFolder } from '../library/folders.ts'
import type { SpareSlots } from '../runs/spare-slots.ts'
import { RunWork } from '../workers/run-work.ts'
import type { SpawnWorker } from '../workers/spawn-worker.ts'

export interface ValuationRoomOptions {
  dataDir: string
  runsDir: string
  spawnWorker: SpawnWorker
  devices: Pick<DeviceList, 'for'>
  /** A re-valuation computes as much as a search for minutes, so it begins where no search would be slowed down. */
  slots: SpareSlots
  push: (told: Push) => void
}

/** The re-valuations of all runs: those that lie in their folders, and those that are being made. */
export class ValuationRoom {
  readonly #options: ValuationRoomOptions
  readonly #work: RunWork

  constructor(options: ValuationRoomOptions) {
    const { dataDir, spawnWorker, slots, push } = options
    this.#options = options
    this.#work = new RunWork({
      dataDir,
      spawnWorker,
      slots,
      tell: (id, running) => push({ topic: 'valuation.changed', id, running }),
      busy: { code: 'revaluation-running', detail: 'one re-valuation of a run is made at a time' },
      cancelled: { code: 'revaluation-cancelled', detail: 'nothing was kept' },
    })
  }

  /** @throws Problem `run-not-found`, `run-damaged` */
  list(id: string): RevaluationList {
    return { revaluations: readRevaluations(this.#directory(id)), running: this.#work.progressOf(id) }
  }

  /** Whether a re-valuation of the run is being made. */
  isMaking(id: string): boolean {
    return this.#work.isGoing(id)
  }

  /**
   * Has a worker value the supernet of a run again, as soon as a slot is free.
   * @throws Problem `run-not-found`, `revaluation-running`, `revaluation-cancelled`, and those of the work
   */
  async start(id: string, request: RevaluationRequest): Promise<Revaluation> {
    const directory = this.#directory(id)
    const begun = latest(foldEvents(readEvents(directory)), 'started')
    const devices = await this.#options.devices.for(begun?.device ?? 'cpu')
    return await this.#work.do(id, 'revalue', { directory, request }, devices)
  }

  /** Stops the re-valuation of a run that is being made, if there is one. */
  cancel(id: string): void {
    this.#work.cancel(id)
  }

  /** @throws Problem `run-not-found`, `file-not-found`, `data-folder-unwritable` */
  remove(id: string, revaluation: string): void {
    removeRevaluation(this.#directory(id), revaluation)
    this.#options.push({ topic: 'valuation.changed', id, running: this.#work.progressOf(id) })
  }

  /** Stops what is being made, and answers when it has ended. */
  close(): Promise<void> {
    return this.#work.close()
  }

  #directory(id: string): string {
    const directory = join(this.#options.runsDir, id)
    if (!isPlainFolder(directory)) throw new Problem('run-not-found', id, `there is no run at ${directory}`)
    readStatus(directory)
    return directory
  }
}
