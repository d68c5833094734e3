import type { VerbArguments, VerbName, VerbResult } from '#contract/verbs.ts'
import type { VerbProgress } from '#contract/messages.ts'

/** What a verb gets from its worker. */
export interface VerbContext {
  /** Aborted when the work is to stop; the verb then throws the signal's reason. */
  readonly signal: AbortSignal
  /** The data folder, with the caches that all runs share. */
  readonly dataDir: string
  report(progress: VerbProgress): void
}

/** One verb's work. Expected failures are thrown as Problems. */
export type Verb<V extends VerbName> = (
  context: VerbContext,
  ...args: VerbArguments<V>
) => Promise<VerbResult<V>>
