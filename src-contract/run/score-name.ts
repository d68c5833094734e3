import type { MetricName } from '../config.ts'
import type { TaskName } from '../dataset.ts'
import type { EventOf } from './events.ts'
import { latest, type RunState } from './state.ts'

/** The task that a run learns; what older runs, and those that have not read their data, are taken for is single-label. */
export const taskOf = (state: RunState): TaskName => latest(state, 'dataset')?.summary.task ?? 'single-label'

/** What every score of a run of this task is: `accuracy`, `weighted F1`. */
export const scoreName = (task: TaskName): string => (task === 'single-label' ? 'accuracy' : 'weighted F1')

/** How test scores are marked where the epoch that counts is the best on the test split (`training.peerProtocol`). */
export const chosenOnTestMark = 'epoch chosen on test'

export const isChosenOnTest = (state: RunState): boolean =>
  state.byType.model.some(({ chosenOnTest }) => chosenOnTest !== undefined)

/** What the test scores of a run are: `accuracy`, `accuracy, epoch chosen on test`. */
export const testScoreName = (state: RunState): string =>
  withMark(scoreName(taskOf(state)), isChosenOnTest(state))

/** A name, marked where the test split has chosen. Scores with and without the mark do not compare. */
export const withMark = (name: string, chosenOnTest: boolean): string =>
  chosenOnTest ? `${name}, ${chosenOnTestMark}` : name

export const isMarked = (name: string): boolean => name.endsWith(`, ${chosenOnTestMark}`)

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
