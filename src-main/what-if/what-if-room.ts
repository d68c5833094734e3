import type { Push } from '#contract/calls.ts'
import type { WhatIfList } from '#contract/calls/what-if.ts'
import { whatIfs } from '#worker/run-directory/what-ifs.ts'
import { RecordRoom, type RecordRoomOptions } from '../runs/record-room.ts'

export interface WhatIfRoomOptions extends RecordRoomOptions {
  push: (told: Push) => void
}

/** The swaps that were tried with the architectures of all runs, and those that are being tried. */
export class WhatIfRoom extends RecordRoom<'whatif'> {
  constructor({ push, ...options }: WhatIfRoomOptions) {
    super(options, {
      verb: 'whatif',
      folder: whatIfs,
      tell: (id, running) => push({ topic: 'what-if.changed', id, running }),
      busy: { code: 'what-if-running', detail: 'swaps of a run are tried one request after the other' },
      cancelled: { code: 'what-if-cancelled', detail: 'the swaps that were measured are kept' },
    })
  }

  /** @throws Problem `run-not-found`, `run-damaged` */
  list(id: string): WhatIfList {
    return { ...this.read(id), running: this.progressOf(id) }
  }
}
