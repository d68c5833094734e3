import type { PhaseName } from '#contract/run/events.ts'
import { meanError, type Estimate, type EstimateOutcome, type Seconds } from '#contract/estimate.ts'
import { formatBytes, formatDuration } from '#contract/format.ts'

/** Seconds told no more exactly than they are known: `about 4 min`. */
export function roundDuration(seconds: number): string {
  const grain = seconds < 20 ? 1 : seconds < 120 ? 10 : seconds < 3600 ? 60 : seconds < 36_000 ? 300 : 3600
  const rounded = Math.max(grain, Math.round(seconds / grain) * grain)
  if (rounded >= 36_000) return `${Math.round(rounded / 3600)} h`
  if (rounded >= 3600) return formatDuration(1000 * rounded)
  return rounded >= 120 ? `${Math.round(rounded / 60)} min` : `${rounded} s`
}

/** `3 min to 5 min` */
export const rangeInWords = ({ low, high }: Seconds): string => {
  const [from, to] = [roundDuration(low), roundDuration(high)]
  return from === to ? `about ${from}` : `${from} to ${to}`
}

/** How far off the last estimates of this machine were; null where there were none. */
export function trackRecord(outcomes: readonly EstimateOutcome[]): string | null {
  if (outcomes.length === 0) return null
  const off = Math.round(100 * meanError(outcomes))
  const one = outcomes.length === 1
  const who = one ? 'The last estimate' : `The last ${outcomes.length} estimates`
  if (off === 0) return `${who} of this machine ${one ? 'was' : 'were'} right to a percent.`
  const way = off > 0 ? 'too low' : 'too high'
  return `${who} of this machine ${one ? 'was' : 'were on average'} ${Math.abs(off)} % ${way}.`
}

/** How a phase of the last runs went: `last took 12 % longer`; empty where there were none. */
export function phaseRecord(outcomes: readonly EstimateOutcome[], phase: PhaseName): string {
  const known = outcomes.flatMap(({ phases }) =>
    phases.filter((each) => each.phase === phase && each.estimated > 0),
  )
  if (known.length === 0) return ''
  const off = Math.round(
    (100 * known.reduce((sum, { took, estimated }) => sum + took / estimated - 1, 0)) / known.length,
  )
  return off === 0 ? 'last as estimated' : `last took ${Math.abs(off)} % ${off > 0 ? 'longer' : 'less'}`
}

/** What speaks against starting, or for measuring again. */
export function estimateWarnings({ memory, disk, load, cores }: Estimate): string[] {
  const found: string[] = []
  if (memory.needed > memory.available)
    found.push(
      `It needs about ${formatBytes(memory.needed)} of memory, and ${formatBytes(memory.available)} are free: fewer channels, positions or variants need less.`,
    )
  if (disk.needed > disk.free)
    found.push(
      `It writes about ${formatBytes(disk.needed)}, and the disk of the data folder has ${formatBytes(disk.free)} left.`,
    )
  if (load !== null && load > 0.5 * cores)
    found.push(
      `Other programs kept the machine busy while this was measured (load ${load.toFixed(1)} on ${cores} ${cores === 1 ? 'core' : 'cores'}): when it is quiet, the search takes less.`,
    )
  return found
}
