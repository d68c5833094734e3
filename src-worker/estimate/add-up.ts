import type { RunConfig } from '#contract/config.ts'
import type { Estimate, Seconds } from '#contract/estimate.ts'
import { followsGradient, isValued } from '#contract/config/strategy.ts'

/** What was measured, in seconds of one unit of work. */
export interface Measurements {
  /** Reading the dataset. */
  dataset: Seconds
  backbones: Record<string, BackboneTimes>
  search: SearchTimes
  /** By model, in the order in which a run trains them. */
  models: Record<string, ModelTimes>
  /** Storing one byte of features. */
  store: number
}

export interface BackboneTimes {
  /** Building and loading the models. */
  load: Seconds
  /** One update, its samples prepared. */
  step: Seconds
  /** One batch in evaluation mode, its samples prepared. */
  batch: Seconds
}

export interface SearchTimes {
  load: Seconds
  step: Seconds
  /** One batch of the calibration of batch norms. */
  calibration: Seconds
  /** One coalition. */
  evaluation: Seconds
  /** One derived network, scored. */
  score: Seconds
  /** dL/dα of one minibatch. */
  gradient: Seconds
}

export interface ModelTimes {
  load: Seconds
  step: Seconds
  calibration: Seconds
  prediction: Seconds
}

/** How much of everything a run does. */
export interface Amounts {
  splits: { train: number; validation: number; test: number }
  /** Batch size and epochs of every backbone. */
  backbones: Record<string, { batchSize: number; epochs: number }>
  /** Coalitions that an epoch evaluates, before and after budgets move. */
  evaluations: { first: number; later: number }
  /** Genotypes that the search scores. */
  scores: number
  featureBytes: number
}

/** Batches as the engine makes them (features, fit-model, search-parts). */
const evaluationBatch = 128
const predictionBatch = 64
const calibrationSamples = 512

/** Fixed work at the end: the exported model is built, written and checked. */
const exportOverhead: Seconds = { seconds: 2, low: 1, high: 4 }

const nothing: Seconds = { seconds: 0, low: 0, high: 0 }

const times = (count: number, { seconds, low, high }: Seconds): Seconds => ({
  seconds: count * seconds,
  low: count * low,
  high: count * high,
})

const sum = (...parts: readonly Seconds[]): Seconds =>
  parts.reduce(
    (all, part) => ({
      seconds: all.seconds + part.seconds,
      low: all.low + part.low,
      high: all.high + part.high,
    }),
    nothing,
  )

/** Whole minibatches of an epoch. */
const stepsOf = (train: number, batchSize: number) => Math.floor(train / Math.min(train, batchSize))
const batchesOf = (samples: number, size: number) => Math.ceil(samples / size)

/** Adds up a run from what its units of work take: every phase as the engine goes through it. */
export function addUp(
  config: RunConfig,
  measured: Measurements,
  amounts: Amounts,
): Pick<Estimate, 'phases' | 'total'> {
  const phases: Estimate['phases'] = [
    { phase: 'dataset', ...measured.dataset },
    { phase: 'backbones', ...backboneTime(measured, amounts) },
    { phase: 'features', ...featureTime(config, measured, amounts) },
    { phase: 'search', ...searchTime(config, measured.search, amounts) },
    { phase: 'training', ...trainingTime(config, measured, amounts) },
    { phase: 'export', ...exportTime(measured, amounts) },
  ]
  return { phases, total: sum(...phases) }
}

function backboneTime({ backbones }: Measurements, { splits, backbones: plans }: Amounts): Seconds {
  const parts = Object.entries(backbones).map(([name, { load, step, batch }]) => {
    const { batchSize, epochs } = plans[name]
    const calibration = Math.min(4, Math.max(1, Math.floor(splits.train / evaluationBatch)))
    const scoring = (epochs + 1) * (calibration + batchesOf(splits.validation, evaluationBatch))
    const last = batchesOf(splits.test, evaluationBatch)
    return sum(load, times(epochs * stepsOf(splits.train, batchSize), step), times(scoring + last, batch))
  })
  return sum(...parts)
}

function featureTime(
  { featureVariants }: RunConfig,
  { backbones, store }: Measurements,
  { splits, featureBytes }: Amounts,
): Seconds {
  const samples = splits.train + splits.validation + splits.test
  const batches =
    batchesOf(samples, evaluationBatch) + featureVariants * batchesOf(splits.train, evaluationBatch)
  const stored = store * featureBytes
  const storing = { seconds: stored, low: stored / 2, high: 2 * stored }
  return sum(storing, ...Object.values(backbones).map(({ load, batch }) => sum(load, times(batches, batch))))
}

function searchTime({ search, valuation }: RunConfig, measured: SearchTimes, amounts: Amounts): Seconds {
  const { epochs, batchSize } = search
  const { splits, evaluations, scores } = amounts
  const steps = epochs * stepsOf(splits.train, batchSize)
  const calibrations = Math.max(1, Math.floor(Math.min(calibrationSamples, splits.train) / predictionBatch))
  // an epoch that is not valued scores the whole supernet
  const valued = Array.from({ length: epochs }, (_, epoch) => {
    if (!isValued(search, valuation, epoch)) return 1
    return epoch < valuation.budgetWarmup ? evaluations.first : evaluations.later
  }).reduce((sum, count) => sum + count, 0)
  return sum(
    measured.load,
    times(steps, measured.step),
    times((epochs + 1) * calibrations, measured.calibration),
    times(valued, measured.evaluation),
    times(scores, measured.score),
    times(followsGradient(search) ? steps : 0, measured.gradient),
  )
}

function trainingTime({ training }: RunConfig, { models }: Measurements, { splits }: Amounts): Seconds {
  const { epochs, batchSize, repetitions, peerProtocol } = training
  const parts = Object.values(models).map(({ load, step, calibration, prediction }) => {
    const calibrations = Math.max(1, Math.floor(splits.train / predictionBatch))
    const predictions = (epochs + 1) * batchesOf(splits.validation, predictionBatch)
    // to choose an epoch by the test split is to read it after every one
    const readings = peerProtocol ? epochs : 1
    return sum(
      load,
      times(epochs * stepsOf(splits.train, batchSize), step),
      times((epochs + 1) * calibrations, calibration),
      times(predictions + readings * batchesOf(splits.test, predictionBatch), prediction),
    )
  })
  return times(repetitions, sum(...parts))
}

/** The exported model is run over the test split, and so is what it is compared with. */
function exportTime({ backbones, models }: Measurements, { splits }: Amounts): Seconds {
  const read = Object.values(backbones).map(({ load, batch }) =>
    sum(load, times(batchesOf(splits.test, evaluationBatch), batch)),
  )
  const fused = times(2 * batchesOf(splits.test, predictionBatch), models['derived']?.prediction ?? nothing)
  return sum(exportOverhead, fused, ...read)
}
