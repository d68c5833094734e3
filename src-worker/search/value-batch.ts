import type { RunConfig } from '#contract/config.ts'
import type { TaskName } from '#contract/dataset.ts'
import { stream } from '../random.ts'
import type { Values } from '../training/network.ts'
import type { Labels } from '../training/targets.ts'
import { gatherFeatures, gatherLabels, type FeatureSet } from './feature-set.ts'

/** The samples that value every coalition of an estimation. */
export interface ValueBatch {
  /** By feature id `[count, length, channels]`. */
  inputs: Values
  task: TaskName
  labels: Labels
  classes: number
}

/** The validation samples that value the coalitions of an epoch: its own draw, at most `valuation.batchSize` of them. */
export function valueRows(config: RunConfig, set: FeatureSet, epoch: number): number[] {
  const { validation } = set.splits
  const order = stream(config.seed, 'val', epoch).permutation(validation.length)
  return order.slice(0, config.valuation.batchSize).map((i) => validation[i])
}

export function gatherValueBatch(set: FeatureSet, rows: readonly number[]): ValueBatch {
  const ids = set.features.map(({ id }) => id)
  return {
    inputs: gatherFeatures(set, ids, rows),
    task: set.task,
    labels: gatherLabels(set, rows),
    classes: set.classes.length,
  }
}
