import { readFileSync } from 'node:fs'
import type { WorkerExit } from './spawn-worker.ts'

/** What is known of the end of a worker that was told nothing. */
export interface KnownExit {
  code: 'worker-died' | 'out-of-memory'
  detail: string
}

/** How many processes Linux has ended since it started because memory was short; null where that cannot be read. */
export function countMemoryKills(): number | null {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))
    return found ? Number(found[1]) : null
  } catch {
    // other systems have no such file, and sandboxes forbid to read it; then a search must begin all the same
    return null
  }
}

/**
 * In words how a worker ended that nobody here told to end.
 * @param killsBefore What `countMemoryKills` said when it was started.
 */
export function describeExit({ code, signal }: WorkerExit, killsBefore: number | null): KnownExit {
  if (signal === 'SIGKILL') {
    const kills = countMemoryKills()
    if (kills !== null && killsBefore !== null && kills > killsBefore)
      return {
        code: 'out-of-memory',
        detail: 'the system ended its process, as it does where memory is short',
      }
    return {
      code: 'worker-died',
      detail:
        'it was ended by SIGKILL; if nobody did that, memory was short: let fewer searches run at once, or take smaller batches',
    }
  }
  if (signal === 'SIGABRT' || code === 134)
    return { code: 'worker-died', detail: 'it gave up (SIGABRT), as it does where its memory is full' }
  if (signal) return { code: 'worker-died', detail: `it was ended by ${signal}` }
  if (code === null) return { code: 'worker-died', detail: 'its process is gone, and nothing tells why' }
  return { code: 'worker-died', detail: `it ended with exit code ${code}` }
}
