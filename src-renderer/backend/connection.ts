import { inject, type InjectionKey } from 'vue'
import type { Backend, CallName, CallResult } from '#contract/calls.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'

/** `refused`: the browser has no valid session; only opening the host's address again helps. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

/** The back end with the state of the line to it. */
export interface Connection extends Backend {
  /** Calls back with the present state and at every change until the returned function is called. */
  watchState(listener: (state: ConnectionState) => void): () => void
}

/** How every call ends, as it travels over HTTP and IPC. */
export type CallOutcome = { result: CallResult<CallName> } | { problem: ProblemReport }

/** @throws Problem as the back end reported it. */
export function resultOf(outcome: CallOutcome): CallResult<CallName> {
  if ('problem' in outcome) throw Problem.from(outcome.problem)
  return outcome.result
}

export const connectionKey: InjectionKey<Connection> = Symbol('connection')

export function useConnection(): Connection {
  const connection = inject(connectionKey)
  if (!connection) throw new Error('no connection was provided')
  return connection
}

/** The host gave no answer: it was ended, or the line to its machine is down. */
export class HostUnreachable extends Error {
  readonly origin: string

  constructor(origin: string, options: ErrorOptions) {
    super(`${origin} does not answer`, options)
    this.name = 'HostUnreachable'
    this.origin = origin
  }
}

/** Any failure of a call, as the window shows it. */
export function describeFailure(error: unknown): ProblemReport {
  if (!(error instanceof HostUnreachable)) return reportOf(error)
  return {
    code: 'internal',
    message: 'Shapwright does not answer',
    where: error.origin,
    detail: 'its process was ended, or the line to its machine is down',
    hint: 'Start it again with `npm start` and open the address that it prints.',
  }
}
