import { formatCount, formatDuration, formatSigned, unknown } from '#contract/format.ts'
import type { Band } from '#contract/statistics.ts'
import { calibrate, pointsOf, type Calibration } from '#contract/what-if/calibration.ts'
import type { PredictedChange } from '#contract/what-if/predicted-change.ts'
import type { SwapChoice, WhatIfRecord } from '#contract/what-if/record.ts'
import { describeSwap, type Swap } from '#contract/what-if/swaps.ts'
import { alignTable } from './report.ts'

/** Trials of swaps and what φ predicts of them, in plain text. */

export interface ListedSwap {
  swap: Swap
  predicted: PredictedChange | null
}

export function describeSwaps(swaps: readonly ListedSwap[]): string[] {
  if (swaps.length === 0) return ['No choice of this architecture has an alternative.']
  return [
    `${swaps.length} swaps of one choice. Predicted: φ of what comes in less φ of what goes out, in points, 95 % band:`,
    ...table([
      ['swap', 'predicted', 'decision'],
      ...swaps.map(({ swap, predicted }) => [describeSwap(swap), predictedText(predicted), swap.decision]),
    ]),
  ]
}

/** What was tried before, a line each. */
export function describeRecords(records: readonly WhatIfRecord[]): string[] {
  if (records.length === 0) return ['No swap of this run was tried yet.']
  return alignTable([
    ['id', 'swaps', 'epochs', 'repetitions', 'tried'],
    ...records.map(({ id, tried, wanted, tuning, choice }) => [
      id,
      `${tried.length} of ${wanted}`,
      String(tuning.epochs),
      String(tuning.repetitions),
      choiceText(choice),
    ]),
  ])
}

function choiceText(choice: SwapChoice): string {
  if (choice.kind === 'random') return 'drawn'
  return choice.kind === 'decision'
    ? choice.decision
    : choice.swaps.map((one) => describeSwap(one)).join('; ')
}

export function describeRecord(record: WhatIfRecord): string[] {
  const { original, tuning, tried, wanted, samples } = record
  const took = tried.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / Math.max(1, tried.length)
  const tuned = original.tuned.map((score) => score.toFixed(3)).join(', ')
  return [
    `The original scores ${original.inherited.toFixed(3)} with the supernet's weights and ${tuned} after fine-tuning ` +
      `(${tuning.epochs} ${tuning.epochs === 1 ? 'epoch' : 'epochs'}, seed by seed) on ${formatCount(samples)} validation samples.`,
    `${tried.length} of ${wanted} swaps measured, ${formatDuration(took)} each. Changes in points, 95 % bands:`,
    ...table([
      ['swap', 'predicted', 'before training', 'after fine-tuning'],
      ...tried.map(({ swap, predicted, inherited, tuned: after }) => [
        describeSwap(swap),
        predictedText(predicted),
        pointsText(inherited.change, inherited),
        pointsText(after.change, after),
      ]),
    ]),
    '',
    ...describeCalibration(record),
  ]
}

function describeCalibration({ tried }: WhatIfRecord): string[] {
  const found = (['inherited', 'tuned'] as const).map((measured) => calibrate(pointsOf(tried, measured)))
  if (found[0].swaps < 3) return ['Three swaps or more would say how far predictions hold.']
  const row = (name: string, text: (calibration: Calibration) => string) => [name, ...found.map(text)]
  return [
    'Do the predictions hold?',
    ...table([
      ['', 'before training', 'after fine-tuning'],
      row('rank correlation (Spearman)', ({ spearman }) => numberText(spearman)),
      row('correlation (Pearson)', ({ pearson }) => numberText(pearson)),
      row('slope, measured on predicted', ({ slope }) => numberText(slope)),
      row('same sign', ({ signs }) => `${signs.agreeing} of ${signs.of}`),
    ]),
  ]
}

const table = (rows: readonly (readonly string[])[]) => alignTable(rows).map((line) => `  ${line}`)

const predictedText = (predicted: PredictedChange | null): string => {
  if (!predicted) return unknown
  const { change, low, high } = predicted
  return pointsText(change, low === null || high === null ? null : { low, high })
}

const points = (share: number) => formatSigned(100 * share, 1)
const pointsText = (change: number, band: Band | null): string =>
  band ? `${points(change)} [${points(band.low)}, ${points(band.high)}]` : points(change)

function numberText(found: { value: number; band: Band | null } | null): string {
  if (!found) return unknown
  const { value, band } = found
  const text = formatSigned(value, 2)
  return band ? `${text} [${formatSigned(band.low, 2)}, ${formatSigned(band.high, 2)}]` : text
}
