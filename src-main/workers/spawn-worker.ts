import type { WorkerCommand, WorkerMessage } from '#contract/messages.ts'

/** How a worker process ended: its exit code, or null after a signal, which is named where it is known. */
export interface WorkerExit {
  code: number | null
  signal?: NodeJS.Signals | null
}

/** A worker process, however it was started. Every listener is called until the process has ended. */
export interface WorkerProcess {
  readonly pid: number
  send(command: WorkerCommand): void
  onMessage(listener: (message: WorkerMessage) => void): void
  /** Called once, also when the process could not be started. */
  onExit(listener: (exit: WorkerExit) => void): void
  /** Asks the process to end (SIGTERM), or ends it (SIGKILL). */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
  /** Lets the process go on when this one ends, and hears no more of it; not there where it cannot. */
  keep?(): Promise<void>
}

export interface SpawnOptions {
  /** Gets what the process writes to its standard error, which is ours when left out. */
  onComplaint?: (text: string) => void
}

/** Starts a worker process, which waits for its first command. */
export type SpawnWorker = (options?: SpawnOptions) => WorkerProcess
