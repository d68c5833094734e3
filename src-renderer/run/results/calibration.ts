import type { Calibration, Reliability } from '#contract/run/calibration.ts'
import { wilsonBand } from '#contract/statistics.ts'

/** One bin of the reliability diagram. */
export interface ReliabilityPoint {
  /** Bounds of the confidence, 0–1. */
  from: number
  to: number
  /** Answers of the bin; the others are null where there is none. */
  count: number
  /** How sure they are on average, and what share of them is right, with its band. */
  confidence: number | null
  accuracy: number | null
  band: { low: number; high: number } | null
}

export function reliabilityPoints({ bins }: Reliability): ReliabilityPoint[] {
  return bins.map(({ count, confidence, accuracy }, i) => ({
    from: i / bins.length,
    to: (i + 1) / bins.length,
    count,
    confidence,
    accuracy,
    band: accuracy === null ? null : wilsonBand(Math.round(accuracy * count), count),
  }))
}

/** Gaps below this are taken for none in runs that do not say what chance makes of reliable probabilities. */
const smallGap = 0.02
const points = (share: number) => `${(100 * share).toFixed(1)} points`

/** What the figures say, in two sentences. */
export function describeCalibration({ temperature, before, after }: Calibration, several: boolean): string {
  const [gap, mended] = [before.expectedCalibrationError, after.expectedCalibrationError]
  const what = several
    ? 'its probability of a label and how often the label is there'
    : 'how sure it is and how often it is right'
  const first = `Between ${what} lie ${points(gap)} on average.`
  const { errorByChance } = before
  if (errorByChance !== undefined && gap <= errorByChance)
    return `${first} So few answers leave up to ${points(errorByChance)} to chance: nothing says that its probabilities do not hold.`
  if (errorByChance === undefined && gap < smallGap)
    return `${first} Its probabilities can be taken at their word.`
  const kind = temperature > 1 ? 'too sure of its answers' : 'less sure of its answers than it could be'
  const divided = `Its logits divided by ${temperature.toFixed(2)}, the temperature that fits the validation split,`
  if (mended >= gap)
    return `${first} On the validation split the model is ${kind}, but that does not carry over: ${divided.replace('Its', 'its')} leave ${points(mended)} on the test split.`
  return `${first} The model is ${kind}. ${divided} leave ${points(mended)}.`
}
