import { setTimeout as delay } from 'node:timers/promises'
import type { WorkerProcess } from './spawn-worker.ts'

/** Milliseconds that a worker has to reach its next checkpoint, and then to end after SIGTERM. */
export interface StopDelays {
  cancelMs: number
  terminateMs: number
}

export const defaultStopDelays: StopDelays = { cancelMs: 60_000, terminateMs: 10_000 }

/** Ends a worker with growing insistence: the command, SIGTERM, SIGKILL. Resolves when it has ended. */
export async function stopWorker(
  worker: WorkerProcess,
  delays: StopDelays = defaultStopDelays,
  command: 'cancel' | 'pause' = 'cancel',
): Promise<void> {
  const ended = new Promise<'ended'>((resolve) => worker.onExit(() => resolve('ended')))
  const endsWithin = async (milliseconds: number): Promise<boolean> => {
    const timer = new AbortController()
    const timeout = delay(milliseconds, 'late' as const, { signal: timer.signal }).catch(
      () => 'late' as const,
    )
    const outcome = await Promise.race([ended, timeout])
    timer.abort()
    return outcome === 'ended'
  }
  worker.send({ type: command })
  if (await endsWithin(delays.cancelMs)) return
  worker.kill('SIGTERM')
  if (await endsWithin(delays.terminateMs)) return
  worker.kill('SIGKILL')
  await ended
}
