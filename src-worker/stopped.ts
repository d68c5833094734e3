import type { StoppedState } from '#contract/run/status.ts'

/**
 * Why a worker was told to stop: the reason of its signal, thrown where the work stops. A run can go on from its last
 * checkpoint.
 */
export class Stopped extends Error {
  /** How the run stands afterwards. */
  readonly state: StoppedState
  /** Who or what told it, in words. */
  readonly by: string | undefined

  constructor(state: StoppedState, by?: string) {
    super('the work was told to stop')
    // an AbortError ends an estimation without being taken for a failed coalition
    this.name = 'AbortError'
    this.state = state
    this.by = by
  }
}
