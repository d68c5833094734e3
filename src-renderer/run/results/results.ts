import { wilsonBand } from '#contract/statistics.ts'
import type { Table } from '#contract/table.ts'
import type { Predictions } from './predictions.ts'

export type Band = { low: number; high: number } | null

export interface Confusion {
  classes: string[]
  /** `counts[true class][predicted class]` */
  counts: number[][]
  /** Test samples of each true class. */
  support: number[]
  total: number
}

/** Of a single-label task. */
export function confusionOf({
  classes,
  labels,
  predicted,
}: Pick<Predictions, 'classes' | 'labels' | 'predicted'>): Confusion {
  const counts = classes.map(() => classes.map(() => 0))
  labels.forEach((label, i) => counts[label][predicted[i]]++)
  const support = counts.map((row) => row.reduce((sum, count) => sum + count, 0))
  return { classes, counts, support, total: labels.length }
}

export interface ConfusedPair {
  truth: number
  predicted: number
  count: number
  /** Of the samples of the true class. */
  share: number
}

/** The mistakes made most often, the larger share of their class first among equals. */
export function largestConfusions({ counts, support }: Confusion, most: number): ConfusedPair[] {
  return counts
    .flatMap((row, truth) =>
      row.map((count, predicted) => ({ truth, predicted, count, share: count / support[truth] })),
    )
    .filter(({ truth, predicted, count }) => truth !== predicted && count > 0)
    .toSorted((a, b) => b.count - a.count || b.share - a.share)
    .slice(0, most)
}

export interface ClassRow {
  name: string
  index: number
  support: number
  /** Null where nothing was predicted as this class. */
  precision: number | null
  precisionBand: Band
  /** Null where the test split has none of this class. */
  recall: number | null
  recallBand: Band
  f1: number | null
  /** Null where the test split has none of this class, and where the run did not say. */
  averagePrecision: number | null
}

/**
 * How each class of a single-label task fares; the bands are Wilson's, 95 %. F1 and average precision are no shares of
 * anything counted, so they have none.
 */
export function classRows(
  { classes, counts, support }: Confusion,
  perClass: Predictions['perClass'] = [],
): ClassRow[] {
  return classes.map((name, index) => {
    const hits = counts[index][index]
    const claimed = counts.reduce((sum, row) => sum + row[index], 0)
    return {
      name,
      index,
      support: support[index],
      precision: claimed === 0 ? null : hits / claimed,
      precisionBand: wilsonBand(hits, claimed),
      recall: support[index] === 0 ? null : hits / support[index],
      recallBand: wilsonBand(hits, support[index]),
      f1: claimed + support[index] === 0 ? null : (2 * hits) / (claimed + support[index]),
      averagePrecision: perClass[index]?.averagePrecision ?? null,
    }
  })
}

/** Share of right predictions with its band. */
export function accuracyOf({ counts, total }: Confusion): { share: number; band: Band; hits: number } {
  const hits = counts.reduce((sum, row, i) => sum + row[i], 0)
  return { share: total === 0 ? 0 : hits / total, band: wilsonBand(hits, total), hits }
}

export function confusionTable({ classes, counts, support }: Confusion): Table {
  return {
    columns: ['true class', ...classes, 'samples'],
    rows: counts.map((row, i) => [classes[i], ...row, support[i]]),
  }
}

export function classTable(rows: readonly ClassRow[]): Table {
  return {
    columns: [
      'class',
      'samples',
      'precision',
      'precision low',
      'precision high',
      'recall',
      'recall low',
      'recall high',
      'F1',
      'average precision',
    ],
    rows: rows.map((row) => [
      row.name,
      row.support,
      row.precision,
      row.precisionBand?.low ?? null,
      row.precisionBand?.high ?? null,
      row.recall,
      row.recallBand?.low ?? null,
      row.recallBand?.high ?? null,
      row.f1,
      row.averagePrecision,
    ]),
  }
}
