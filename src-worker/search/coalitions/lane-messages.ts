import type { SpaceConfig } from '#contract/config.ts'
import type { ProblemReport } from '#contract/problem.ts'
import type { Feature } from '../../space/space.ts'
import type { Job } from './job.ts'
import type { Subject } from './part-evaluator.ts'

/** What a thread is started with. */
export interface LaneSetup {
  readonly config: SpaceConfig
  readonly features: readonly Feature[]
  readonly classes: number
  readonly rows: number
  /** Which of the lanes it is. */
  readonly lane: number
  readonly lanes: number
}

/** To the thread: what the next jobs are about; a job; that it may go. */
export type LaneOrder =
  | { readonly type: 'subject'; readonly subject: Subject }
  | { readonly type: 'job'; readonly job: Job }
  | { readonly type: 'end' }

/** From the thread: that it is loaded, or that a job has come to its end. */
export type LaneAnswer =
  { readonly type: 'done' } | { readonly type: 'failed'; readonly problem: ProblemReport }
