import { z } from 'zod'
import type { RunConfig } from './config.ts'
import { deviceName } from './device.ts'
import { phaseNames, type PhaseName } from './run/events.ts'
import { latest, type RunState } from './run/state.ts'

const seconds = z.object({
  seconds: z.number(),
  /** What it may as well be: the spread of what was measured, and of what the search may choose. */
  low: z.number(),
  high: z.number(),
})
export type Seconds = z.infer<typeof seconds>

/** What a run is expected to take, measured on the machine that is to run it. */
export const estimate = z.object({
  schemaVersion: z.literal(1),
  /** `estimate.json` of a run that was started elsewhere says nothing about this machine. */
  machine: z.string(),
  device: deviceName,
  threads: z.number(),
  measuredAt: z.number(),
  /** How long measuring took. */
  tookMs: z.number(),
  /** Processor load by others just before, in cores; null where the system does not tell. */
  load: z.number().nullable(),
  cores: z.number(),
  phases: z.array(z.object({ phase: z.enum(phaseNames), ...seconds.shape })),
  total: seconds,
  /** Bytes at the peak: the measured program, and the features by their shapes. */
  memory: z.object({
    needed: z.number(),
    program: z.number(),
    features: z.number(),
    available: z.number(),
  }),
  /** Bytes that the run leaves on the disk of the data folder, and what is free there. */
  disk: z.object({ needed: z.number(), free: z.number() }),
})
export type Estimate = z.infer<typeof estimate>

/** What was estimated for a finished run, and what it took. */
export interface EstimateOutcome {
  run: string
  estimated: number
  /** Seconds from start to end. */
  took: number
  phases: { phase: PhaseName; estimated: number; took: number }[]
}

/** What ends each phase; a phase begins where the one before it ends. */
const endOfPhase = {
  dataset: 'dataset',
  backbones: 'backbone',
  features: 'space',
  search: 'searched',
  training: 'model',
  export: 'exported',
} as const satisfies Record<PhaseName, string>

/** Seconds of every phase of a run that went through without a stop; null for any other. */
export function phaseTimes(state: RunState): { phase: PhaseName; took: number }[] | null {
  const started = latest(state, 'started')
  if (!started || !latest(state, 'done') || latest(state, 'resumed')) return null
  let before = started.at
  const times = []
  for (const phase of phaseNames) {
    const end = latest(state, endOfPhase[phase])
    if (!end) return null
    times.push({ phase, took: (end.at - before) / 1000 })
    before = end.at
  }
  return times
}

/** How a finished run compares with its estimate; null for a run that was stopped on its way. */
export function outcomeOf(run: string, { phases, total }: Estimate, state: RunState): EstimateOutcome | null {
  const times = phaseTimes(state)
  if (!times) return null
  return {
    run,
    estimated: total.seconds,
    took: times.reduce((sum, { took }) => sum + took, 0),
    phases: times.map(({ phase, took }) => ({
      phase,
      took,
      estimated: phases.find((each) => each.phase === phase)?.seconds ?? 0,
    })),
  }
}

/** How far off estimates were: the mean of took/estimated − 1; positive where they were too low. */
export function meanError(outcomes: readonly EstimateOutcome[]): number {
  const errors = outcomes.map(({ took, estimated }) => took / estimated - 1)
  return errors.reduce((sum, error) => sum + error, 0) / errors.length
}

/** The part of a configuration that decides what a run costs: two with equal text take equally long. */
export function costKey(config: RunConfig): string {
  return JSON.stringify({ ...config, name: '', seed: 0, study: undefined })
}
