import type { DictionarySpec } from '../space/dictionary-step.ts'
import { wholeBatches } from '../training/batches.ts'
import type { Network, Values } from '../training/network.ts'
import type { Outcome } from '../training/outcome.ts'
import type { Predictor } from '../training/predictor.ts'
import { inferenceExtra } from './dictionary-extra.ts'
import { gatherFeatures, gatherLabels, gatherTraining, type FeatureSet } from './feature-set.ts'

/** A network whose inputs are features, with the dictionaries of its sparse operations. */
export type FeatureNetwork = Network & { readonly dictionaries?: readonly DictionarySpec[] }

/** What a trained network answers with. */
export interface InferenceState {
  weights: Float32Array
  /** Of the batch norms. */
  statistics: Float32Array
  /** Extra inputs that inference needs: dictionary steps. */
  extra: Values
}

/**
 * Weights with batch-norm statistics of some training samples, in whole batches. The rows stand in random order: a batch
 * of one class is normalised by what that class is like, and all norms behind the first would learn from that.
 */
export async function calibratedState(
  predictor: Predictor,
  { network, set }: { network: FeatureNetwork; set: FeatureSet },
  weights: Float32Array,
  { rows, batchSize }: { rows: readonly number[]; batchSize: number },
): Promise<InferenceState> {
  const extra = inferenceExtra(network.dictionaries ?? [], predictor.layout, weights)
  const ids = Object.keys(network.inputs)
  const statistics = await predictor.calibrate(
    weights,
    wholeBatches(rows, batchSize).map((batch) => gatherTraining(set, ids, batch, 0)),
    extra,
  )
  return { weights, statistics, extra }
}

/** What a network answers on samples. */
export async function answersOn(
  predictor: Predictor,
  { network, set }: { network: FeatureNetwork; set: FeatureSet },
  { weights, statistics, extra }: InferenceState,
  rows: readonly number[],
): Promise<Outcome> {
  const inputs = gatherFeatures(set, Object.keys(network.inputs), rows)
  return outcomeOf(set, rows, await predictor.predict(weights, statistics, inputs, rows.length, extra))
}

/** Logits `[samples, classes]` with what is true. */
export const outcomeOf = (set: FeatureSet, rows: readonly number[], logits: Float32Array): Outcome => ({
  task: set.task,
  logits,
  labels: gatherLabels(set, rows),
  classes: set.classes.length,
})
