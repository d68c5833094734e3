import type { FeatureInfo } from '#contract/events.ts'

interface Splits {
  train: readonly number[]
  validation: readonly number[]
  test: readonly number[]
}

/** What the fusion learns from: the pooled features of every sample, its label and its split. */
export interface FeatureSet {
  /** Positions of every feature. */
  length: number
  features: readonly FeatureInfo[]
  /** By feature id: `[samples, length, channels]`. */
  values: Readonly<Record<string, Float32Array>>
  labels: Int32Array
  classes: readonly string[]
  splits: Splits
}

/** The features `ids` of the samples `rows`, in their order: by id `[rows, length, channels]`. */
export function gatherFeatures(
  set: FeatureSet,
  ids: readonly string[],
  rows: readonly number[],
): Record<string, Float32Array> {
  const gathered = ids.map((id) => {
    const source = set.values[id]
    const size = source.length / set.labels.length
    const target = new Float32Array(rows.length * size)
    rows.forEach((row, i) => target.set(source.subarray(row * size, (row + 1) * size), i * size))
    return [id, target] as const
  })
  return Object.fromEntries(gathered)
}

/** One-hot labels `[rows, classes]`. */
export function gatherTargets(set: FeatureSet, rows: readonly number[]): Float32Array {
  const classes = set.classes.length
  const targets = new Float32Array(rows.length * classes)
  rows.forEach((row, i) => (targets[i * classes + set.labels[row]] = 1))
  return targets
}
