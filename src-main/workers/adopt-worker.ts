import { setTimeout as delay } from 'node:timers/promises'
import { livenessOf, type ProcessIdentity } from '#worker/run-directory/process-identity.ts'
import type { WorkerProcess } from './spawn-worker.ts'

/** Milliseconds between two looks at a process that cannot tell us of its end. */
const lookMs = 250

/**
 * A worker that another process started and that goes on without it. It hears signals only: SIGTERM takes the place of
 * every word to stop, and the run's log that of every message.
 */
export function adoptWorker(holder: ProcessIdentity): WorkerProcess {
  const leaving = new AbortController()
  const ended = new Promise<void>((resolve) => {
    void watch().then((hasEnded) => hasEnded && resolve())
  })
  async function watch(): Promise<boolean> {
    while (livenessOf(holder) === 'alive') {
      await delay(lookMs, undefined, { signal: leaving.signal }).catch(() => undefined)
      if (leaving.signal.aborted) return false
    }
    return true
  }
  const kill = (signal: 'SIGTERM' | 'SIGKILL') => {
    if (livenessOf(holder) === 'alive') signalProcess(holder.pid, signal)
  }
  return {
    pid: holder.pid,
    send: ({ type }) => {
      if (type === 'pause' || type === 'cancel') kill('SIGTERM')
    },
    onMessage: () => {},
    onExit: (listener) => void ended.then(() => listener({ code: null })),
    kill,
    keep: async () => leaving.abort(),
  }
}

/** It may have ended a moment ago, and the process of another user is not ours to end. */
export function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

/** Whether a process can be told to end; that of another user cannot. */
export function maySignal(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM'
  }
}
