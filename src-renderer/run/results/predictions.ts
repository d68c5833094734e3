import type { EventOf } from '#contract/run/events.ts'

/** What a model answers on the test split, as far as its results are read from it. */
export type Predictions = Pick<
  EventOf<'predictions'>,
  'task' | 'classes' | 'labels' | 'predicted' | 'labelSets' | 'predictedSets' | 'perClass'
>
