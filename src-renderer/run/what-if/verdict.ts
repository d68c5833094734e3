import { formatSigned } from '#contract/format.ts'
import type { Band } from '#contract/statistics.ts'
import type { Calibration } from '#contract/what-if/calibration.ts'

/** Fewer swaps than this are not judged. */
const fewest = 8

/** What the figures say of the predictions, in one sentence that promises no more than they do. */
export function verdictOf({ swaps, spearman, pearson }: Calibration): string {
  if (swaps < fewest)
    return `${swaps} of at least ${fewest} swaps that it takes to say how far predictions hold.`
  if (!spearman?.band)
    return 'Predictions or measurements are all equal, so nothing can be said of their order.'
  const { low, high } = spearman.band
  if (low > 0) return 'Swaps that φ predicts to be better tend to be better: the order is more than chance.'
  if (high < 0)
    return 'Swaps that φ predicts to be better tend to be worse: here φ misleads about single swaps.'
  if (pearson?.band && pearson.band.low > 0)
    return 'Large predicted changes go with large measured ones; that the order of all swaps holds is not shown.'
  return 'That predictions and measurements have the same order is not shown: the band of their rank correlation contains 0.'
}

/** `+0.31 [−0.12, +0.64]` */
export function formatWithBand(found: { value: number; band: Band | null } | null): string | null {
  if (!found) return null
  const two = (value: number) => formatSigned(value, 2)
  const { value, band } = found
  return band ? `${two(value)} [${two(band.low)}, ${two(band.high)}]` : two(value)
}
