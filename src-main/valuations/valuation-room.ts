import type { Push } from '#contract/calls.ts'
import type { RevaluationList } from '#contract/calls/valuations.ts'
import { revaluations } from '#worker/run-directory/valuations.ts'
import { RecordRoom, type RecordRoomOptions } from '../runs/record-room.ts'

export interface ValuationRoomOptions extends RecordRoomOptions {
  push: (told: Push) => void
}

/** The re-valuations of all runs: those that lie in their folders, and those that are being made. */
export class ValuationRoom extends RecordRoom<'revalue'> {
  constructor({ push, ...options }: ValuationRoomOptions) {
    super(options, {
      verb: 'revalue',
      folder: revaluations,
      tell: (id, running) => push({ topic: 'valuation.changed', id, running }),
      busy: { code: 'revaluation-running', detail: 'one re-valuation of a run is made at a time' },
      cancelled: { code: 'revaluation-cancelled', detail: 'nothing was kept' },
    })
  }

  /** @throws Problem `run-not-found`, `run-damaged` */
  list(id: string): RevaluationList {
    const { records, damaged } = this.read(id)
    return { revaluations: records, damaged, running: this.progressOf(id) }
  }
}
