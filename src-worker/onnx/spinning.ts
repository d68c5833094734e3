import { availableParallelism, cpus } from 'node:os'

/** Processor time so far, in milliseconds: of all cores together, and of this process. */
export interface Usage {
  readonly at: number
  readonly busy: number
  readonly own: number
}

/** Shorter than this, the ticks in which systems count processor time say little. */
const shortestInterval = 200
/** Long enough to bridge the small operators between two large ones, so short that waiting in vain costs little. */
const spinMicroseconds = 50

let last = readUsage()
let others = 0

/**
 * Microseconds for which the threads of a new session wait actively for work before they sleep: none where other
 * programs take the cores that they would wait on. The load is that since the process began, or since this was last asked.
 */
export function decideSpinning(threads: number): number {
  const now = readUsage()
  if (now.at - last.at >= shortestInterval) {
    others = coresOfOthers(last, now)
    last = now
  }
  return spinningFor(threads, { cores: availableParallelism(), others })
}

/** How many cores other programs took between two readings. */
export function coresOfOthers(before: Usage, after: Usage): number {
  const taken = after.busy - before.busy - (after.own - before.own)
  return Math.max(0, taken / (after.at - before.at))
}

/** As decideSpinning, for known cores. Half a core of others is what a desktop does without any work. */
export function spinningFor(threads: number, load: { cores: number; others: number }): number {
  return threads + load.others <= load.cores + 0.5 ? spinMicroseconds : 0
}

function readUsage(): Usage {
  const busy = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  const { user, system } = process.cpuUsage()
  return { at: performance.now(), busy, own: (user + system) / 1000 }
}
