import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import type { FeatureMemory } from '../backbone/feature-memory.ts'
import type { Checkpoint } from '../run-directory/checkpoint.ts'
import type { Journal } from './journal.ts'

/** A place from which a run goes on: what was under way, and its data. */
interface ResumePoint {
  stage: string
  state: unknown
  tensors: Checkpoint['tensors']
}

/** What a part reads of the run so far, and what it writes down. */
export type RunJournal = Pick<
  Journal,
  'state' | 'emit' | 'progress' | 'save' | 'saveBetween' | 'saveIfDue' | 'breathe'
>

/** Everything that the parts of a run share. */
export interface Run {
  config: RunConfig
  directory: string
  dataDir: string
  journal: RunJournal
  device: DeviceName
  /** What its features may still take. */
  memory: FeatureMemory
  /** The checkpoint that the run goes on from. */
  resume: ResumePoint | null
}

export function resumePointOf(checkpoint: Checkpoint | null): ResumePoint | null {
  if (!checkpoint) return null
  const { stage, state } = checkpoint.meta as { stage: string; state: unknown }
  return { stage, state, tensors: checkpoint.tensors }
}

/** The checkpoint that a run goes on from, if it was made in this stage. */
export function resumeOf({ resume }: Run, stage: string): ResumePoint | null {
  return resume?.stage === stage ? resume : null
}
