import type { TaskName } from '#contract/dataset.ts'
import type { RunComparison } from '#contract/calls/compare.ts'
import { parseRunConfig, type RunConfig } from '#contract/config.ts'
import { digestOf, type RunDigest } from '#contract/run/digest.ts'
import { foldEvents } from '#contract/run/state.ts'
import { meanAndDeviation } from '#contract/statistics.ts'
import { comparedRuns, type ComparedRun } from '#contract/compare/compared-run.ts'
import { runEvents } from '../../fixtures/run-events.ts'

export interface MadeUp {
  name?: string
  /** Of the events; other events are other scores and choices. */
  draw?: number
  settings?: Partial<RunConfig>
  hash?: string
  task?: TaskName
  /** So many events of the log have come. */
  events?: number
  /** Test scores of the derived architecture, instead of the log's. */
  scores?: number[]
  digest?: Partial<RunDigest>
}

export function madeUpRun({
  name = 'demo',
  draw = 1,
  settings = {},
  hash,
  task,
  events,
  scores,
  digest,
}: MadeUp): Omit<RunComparison, 'id'> {
  const config = parseRunConfig({ name, dataset: { kind: 'emoji8' }, ...settings }, 'test')
  const folded = digestOf(foldEvents(runEvents({ seed: draw }).slice(0, events)))
  const dataset = folded.dataset && {
    ...folded.dataset,
    hash: hash ?? folded.dataset.hash,
    task: task ?? folded.dataset.task,
  }
  const models = scores
    ? [{ model: 'derived', scores, ...meanAndDeviation(scores), parameters: 1, multiplyAdds: 1 }]
    : folded.models
  const summary = { name, state: 'done', seed: config.seed } as RunComparison['summary']
  return { summary, config, digest: { ...folded, dataset, models, ...digest } }
}

/** Runs side by side, with the ids r0, r1, … */
export function compare(...made: MadeUp[]): ComparedRun[] {
  const runs = made.map((options, i) => ({ id: `r${i}`, ...madeUpRun(options) }))
  const ids = runs.map(({ id }) => id)
  return comparedRuns(ids, new Map(runs.map((run) => [run.id, run])))
}
