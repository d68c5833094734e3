import type { MetricName } from './config.ts'
import type { TaskName } from './dataset.ts'
import type { EventOf } from './events.ts'
import { latest, type RunState } from './run-state.ts'

/** The task that a run learns; what older runs, and those that have not read their data, are taken for is single-label. */
export const taskOf = (state: RunState): TaskName => latest(state, 'dataset')?.summary.task ?? 'single-label'

/** What every score of a run of this task is: `accuracy`, `weighted F1`. */
export const scoreName = (task: TaskName): string => (task === 'single-label' ? 'accuracy' : 'weighted F1')

/** What v(S) of a run of this task is, in words. */
export function metricTitle(metric: MetricName, task: TaskName): string {
  switch (metric) {
    case 'score':
      return scoreName(task)
    case 'macro-f1':
      return 'macro F1'
    case 'weighted-f1':
      return 'weighted F1'
    case 'mean-average-precision':
      return 'mean average precision'
    case 'cross-entropy':
      return 'exp(−cross-entropy)'
  }
}

/** What φ of a search epoch is in units of, in words. */
export const valueName = (
  state: RunState,
  { metric = 'score' }: Pick<EventOf<'search-epoch'>, 'metric'>,
): string => metricTitle(metric, taskOf(state))
