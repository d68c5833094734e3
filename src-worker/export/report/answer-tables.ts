import type { Calibration, Reliability } from '#contract/run/calibration.ts'
import { labelThreshold, type TaskName } from '#contract/dataset.ts'
import type { EventOf } from '#contract/run/events.ts'
import { unknown } from '#contract/format.ts'
import { note, table } from './html.ts'

const shown = (value: number | null): string => value?.toFixed(3) ?? unknown

/** Precision, recall, F1 and average precision of every class; nothing of runs that did not measure them. */
export function classTable({ classes, perClass = [], task }: EventOf<'predictions'>): string[] {
  const rows = perClass.map(({ support, precision, recall, f1, averagePrecision }, i) => [
    classes[i],
    String(support),
    shown(precision),
    shown(recall),
    shown(f1),
    shown(averagePrecision),
  ])
  if (rows.length === 0) return []
  const answered =
    task === 'single-label'
      ? 'the most probable class'
      : `every class of probability ${labelThreshold} or more`
  return [
    table(['class', 'test samples', 'precision', 'recall', 'F1', 'average precision'], rows),
    note(`Of the exported model, which answers ${answered}. Average precision ranks by probability alone.`),
  ]
}

/** How sure the exported model is, against how often it is right, before and after temperature scaling. */
export function reliability({ temperature, before, after }: Calibration, task: TaskName): string[] {
  const rows = before.bins.flatMap((bin, i) => {
    const other = after.bins[i]
    if (bin.count + other.count === 0) return []
    const range = `${(i / before.bins.length).toFixed(2)}–${((i + 1) / before.bins.length).toFixed(2)}`
    return [[range, ...cellsOf(bin), ...cellsOf(other)]]
  })
  const figures: [string, Exclude<keyof Reliability, 'bins'>][] = [
    ['expected calibration error', 'expectedCalibrationError'],
    ['95 % of reliable probabilities stay below, by chance', 'errorByChance'],
    ['Brier score', 'brierScore'],
    ['negative log-likelihood', 'negativeLogLikelihood'],
  ]
  const answers = task === 'single-label' ? 'the most probable class of a sample' : 'a label of a sample'
  return [
    table(
      ['', 'as exported', `logits divided by ${temperature.toFixed(3)}`],
      figures.map(([name, key]) => [name, shown(before[key] ?? null), shown(after[key] ?? null)]),
    ),
    table(
      ['confidence', 'answers', 'mean', 'right', 'answers, scaled', 'mean, scaled', 'right, scaled'],
      rows,
    ),
    note(
      `On the test split; an answer is ${answers}. The temperature was fitted on the validation split (Guo et al. 2017) and is not part of the exported model.`,
    ),
  ]
}

const cellsOf = ({ count, confidence, accuracy }: Reliability['bins'][number]): string[] => [
  String(count),
  shown(confidence),
  shown(accuracy),
]
