import { formatCount } from '#contract/format.ts'
import type { RunStateName } from '#contract/run/status.ts'

/** `1 run`, `12 runs` */
export const countRuns = (count: number): string => `${formatCount(count)} ${count === 1 ? 'run' : 'runs'}`

/** The states in which a run has stopped before its end. */
export const resumableStates = [
  'paused',
  'interrupted',
  'cancelled',
  'failed',
] as const satisfies RunStateName[]
