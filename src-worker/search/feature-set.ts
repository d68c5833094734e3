import type { TaskName } from '#contract/dataset.ts'
import type { FeatureInfo } from '#contract/run/events.ts'
import type { FeatureTable } from '../backbone/feature-table.ts'
import { multiHot, type Labels } from '../training/targets.ts'

interface Splits {
  train: readonly number[]
  validation: readonly number[]
  test: readonly number[]
}

/** Values by feature id, each `[rows, length, channels]`. */
type FeatureValues = Readonly<Record<string, FeatureTable>>

/** What the fusion learns from: the pooled features of every sample, its label and its split. */
export interface FeatureSet {
  /** Positions of every feature. */
  length: number
  features: readonly FeatureInfo[]
  /** Of all samples. */
  values: FeatureValues
  /**
   * Of the training samples as the backbones saw them in training (shifted images, texts without some of their terms);
   * row i belongs to `splits.train[i]`. A backbone has fitted the training samples, and is surer of them than of new
   * ones; of their variants it is not. Empty where a fusion learns from the plain values.
   */
  variants: readonly FeatureValues[]
  task: TaskName
  /** Of every sample. */
  labels: Labels
  classes: readonly string[]
  splits: Splits
}

/** The features `ids` of the samples `rows`, in their order: by id `[rows, length, channels]`. */
export function gatherFeatures(
  set: FeatureSet,
  ids: readonly string[],
  rows: readonly number[],
): Record<string, Float32Array> {
  return gather(set.values, ids, rows)
}

/**
 * The features of training samples as a fusion learns from them: every epoch reads another variant.
 * @throws RangeError for a sample of another split.
 */
export function gatherTraining(
  set: FeatureSet,
  ids: readonly string[],
  rows: readonly number[],
  epoch: number,
): Record<string, Float32Array> {
  const { train } = set.splits
  const known = positionsOf(train)
  const positions = rows.map((row) => {
    const position = known.get(row)
    if (position === undefined) throw new RangeError(`sample ${row} is not for training`)
    return position
  })
  if (set.variants.length === 0) return gatherFeatures(set, ids, rows)
  return gather(set.variants[epoch % set.variants.length], ids, positions)
}

function gather(
  values: FeatureValues,
  ids: readonly string[],
  rows: readonly number[],
): Record<string, Float32Array> {
  return Object.fromEntries(ids.map((id) => [id, values[id].gather(rows)]))
}

const knownPositions = new WeakMap<readonly number[], ReadonlyMap<number, number>>()

/** Where each sample stands in a split; found once for a split. */
function positionsOf(split: readonly number[]): ReadonlyMap<number, number> {
  const known = knownPositions.get(split)
  if (known) return known
  const positions = new Map(split.map((row, position) => [row, position]))
  knownPositions.set(split, positions)
  return positions
}

/** The labels of the samples `rows`, in their order. */
export function gatherLabels(set: FeatureSet, rows: readonly number[]): Labels {
  return rows.map((row) => set.labels[row])
}

/** Multi-hot labels `[rows, classes]`. */
export function gatherTargets(set: FeatureSet, rows: readonly number[]): Float32Array {
  return multiHot(gatherLabels(set, rows), set.classes.length)
}
