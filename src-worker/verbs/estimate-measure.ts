import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import { followsGradient } from '#contract/strategy.ts'
import { createEvaluator } from '../backbone/evaluator.ts'
import { seesVariants } from '../backbone/train-backbone.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { stream } from '../random.ts'
import { comparedModels, type ModalityPlan, type ModelPlan } from '../run/networks.ts'
import { inferenceExtra, trainingExtra } from '../search/dictionary-extra.ts'
import { gatherFeatures, gatherTargets, type FeatureSet } from '../search/feature-set.ts'
import { loadParts } from '../search/search-parts.ts'
import { supernetGame } from '../search/supernet-game.ts'
import { stepsPerCallOf } from '../search/strategy.ts'
import { gatherValueBatch } from '../search/value-batch.ts'
import { Coalition } from '../shapley/coalition.ts'
import { derive } from '../space/derive.ts'
import { derivedNetwork } from '../space/derived.ts'
import { DictionarySteps } from '../space/dictionary-step.ts'
import { playersOf } from '../space/players.ts'
import type { FusionSpace } from '../space/space.ts'
import { wholeBatches } from '../training/batches.ts'
import { costOf } from '../training/cost.ts'
import { planEpoch } from '../training/epochs.ts'
import { initialise } from '../training/layout.ts'
import { Predictor } from '../training/predictor.ts'
import { lossByTask } from '../training/step-graph.ts'
import { multiHot } from '../training/targets.ts'
import { initialState, Trainer } from '../training/trainer.ts'
import { timed, timedOnce } from './estimate-timing.ts'
import type { BackboneTimes, ModelTimes, SearchTimes } from './estimate-work.ts'

interface MeasureOptions {
  config: RunConfig
  device: DeviceName
  /** Lets messages in; throws when measuring is to stop. */
  breathe: () => Promise<void>
}

/** Small, so that random data lets no loss grow. */
const learningRate = 1e-4
const batchOfPrediction = 64
const batchOfEvaluation = 128

/** A backbone's training and reading, on its own samples. */
export async function measureBackbone(
  { config, device, breathe }: MeasureOptions,
  dataset: Dataset,
  { network, samples, config: own }: ModalityPlan,
): Promise<BackboneTimes> {
  const { train } = dataset.splits
  const { threads } = config
  const { batchSize } = planEpoch(train.length, own.batchSize)
  const random = seesVariants(own) ? stream(1, 'variants') : undefined
  const { task } = dataset
  const labels = dataset.samples.map(({ labels }) => labels)
  await using resources = new AsyncDisposableStack()
  const { value: loaded, took: load } = await timedOnce(async () => {
    const trainer = await Trainer.create(network, {
      batchSize,
      device,
      threads,
      loss: lossByTask[task],
      dropoutSeed: 1,
    })
    resources.defer(() => trainer.release())
    const evaluator = await createEvaluator(network, {
      samples,
      task,
      labels,
      calibration: train,
      device,
      threads,
    })
    resources.defer(() => evaluator.release())
    trainer.state = initialState(initialise(trainer.layout.parameters, stream(1, 'weights')))
    // the first calibration loads a model of its own
    await evaluator.calibrate(trainer.state.weights)
    return { trainer, evaluator }
  })
  const { trainer, evaluator } = loaded
  const rows = train.slice(0, batchSize)
  const targets = multiHot(
    rows.map((row) => labels[row]),
    dataset.classes.length,
  )
  const step = await timed(
    () =>
      trainer.train({
        inputs: { [network.input]: samples.rows(rows, random) },
        targets,
        learningRates: [learningRate],
      }),
    { breathe },
  )
  const { weights } = trainer.state
  const statistics = await evaluator.calibrate(weights)
  const some = train.slice(0, Math.min(batchOfEvaluation, train.length))
  const batch = await timed(() => evaluator.score(weights, statistics, some), { breathe })
  return { load, step, batch }
}

/** One supernet: its training, its coalitions and its derived networks, on stand-in features. */
export async function measureSearch(
  { config, device, breathe }: MeasureOptions,
  space: FusionSpace,
  set: FeatureSet,
): Promise<SearchTimes> {
  const { value: parts, took: load } = await timedOnce(() => loadParts({ config, space, set, device }))
  try {
    const { trainer, network, players, plan, dictionarySteps } = parts
    const ids = set.features.map(({ id }) => id)
    const classes = set.classes.length
    trainer.state = initialState(initialise(trainer.layout.parameters, stream(1, 'weights')))
    const uniform = players.map(() => 0.5)
    const extra = () => ({
      mixture: Float32Array.from(uniform),
      ...trainingExtra(dictionarySteps, network.dictionaries, trainer.state.weights),
    })
    const steps = Math.min(
      stepsPerCallOf(config.search),
      Math.floor(set.splits.train.length / plan.batchSize),
    )
    const rows = set.splits.train.slice(0, steps * plan.batchSize)
    const step = await timed(
      () =>
        trainer.train({
          inputs: gatherFeatures(set, ids, rows),
          targets: gatherTargets(set, rows),
          learningRates: rows.slice(0, steps).map(() => learningRate),
          extra: extra(),
        }),
      { units: steps, breathe },
    )
    const { weights } = trainer.state
    const extras = inferenceExtra(network.dictionaries, trainer.layout, weights)
    const mixed = { mixture: Float32Array.from(uniform), ...extras }
    const [first] = wholeBatches(parts.calibrationRows, parts.calibrationBatch)
    const calibrate = () => parts.calibrator.calibrate(weights, [gatherFeatures(set, ids, first)], mixed)
    const calibration = await timed(calibrate, { breathe })
    const valued = set.splits.validation.slice(0, config.valuation.batchSize)
    const game = supernetGame({
      players,
      evaluator: parts.evaluator,
      state: {
        weights,
        statistics: await calibrate(),
        steps: extras['dictionary-steps'] ?? new Float32Array(0),
      },
      mixture: uniform,
      batch: gatherValueBatch(set, valued),
      renormalise: config.valuation.renormalise,
      metric: config.valuation.metric,
    })
    const coalitions = someCoalitions(players.length)
    const evaluation = await timed(() => game.values(coalitions), {
      units: coalitions.length,
      budget: 1.5,
      breathe,
    })
    const genotype = typicalGenotype(space, classes)
    const score = await timed(() => parts.scorer.score(genotype, weights), { breathe })
    const gradient = followsGradient(config.search)
      ? await timed(() => parts.mixtureGradient(0, weights, extra()), { breathe })
      : { seconds: 0, low: 0, high: 0 }
    return { load, step, calibration, evaluation, score, gradient }
  } finally {
    await parts.release()
  }
}

/** All beginnings of some random permutations, as an estimation asks for: what they share, they share there too. */
function someCoalitions(players: number): Coalition[] {
  const random = stream(1, 'coalitions')
  return Array.from({ length: Math.ceil(64 / players) }, () => random.permutation(players)).flatMap((order) =>
    order.map((_, i) => Coalition.of(players, order.slice(0, i + 1))),
  )
}

/** Of 15 random genotypes the one of middling cost: what a search will choose is not known before. */
function typicalGenotype(space: FusionSpace, classes: number) {
  const players = playersOf(space)
  const random = stream(1, 'genotypes')
  const drawn = Array.from({ length: 15 }, () =>
    derive(
      space,
      players.map(() => random.next()),
    ),
  )
  const byCost = drawn
    .map((genotype) => ({ genotype, cost: costOf(derivedNetwork(space, genotype, classes)).multiplyAdds }))
    .toSorted((a, b) => a.cost - b.cost)
  return byCost[Math.floor(byCost.length / 2)].genotype
}

/** The final trainings, with an architecture of middling cost. */
export async function measureModels(
  options: MeasureOptions,
  space: FusionSpace,
  modalities: readonly ModalityPlan[],
  set: FeatureSet,
): Promise<Record<string, ModelTimes>> {
  const models = comparedModels(
    space,
    modalities,
    typicalGenotype(space, set.classes.length),
    set.classes.length,
  )
  const times: Record<string, ModelTimes> = {}
  for (const model of models) times[model.name] = await measureModel(options, model, set)
  return times
}

async function measureModel(
  { config, device, breathe }: MeasureOptions,
  { network }: ModelPlan,
  set: FeatureSet,
): Promise<ModelTimes> {
  const { threads, training } = config
  const { dictionaries = [] } = network
  const { train } = set.splits
  const ids = Object.keys(network.inputs)
  const { batchSize, batches } = planEpoch(train.length, training.batchSize)
  await using resources = new AsyncDisposableStack()
  const { value: loaded, took: load } = await timedOnce(async () => {
    const trainer = await Trainer.create(network, {
      batchSize,
      device,
      threads,
      loss: lossByTask[set.task],
      dropoutSeed: 1,
    })
    resources.defer(() => trainer.release())
    const size = Math.min(batchOfPrediction, train.length)
    const predictor = await Predictor.create(network, { batchSize: size, device, threads })
    resources.defer(() => predictor.release())
    trainer.state = initialState(initialise(trainer.layout.parameters, stream(1, 'weights')))
    const { weights } = trainer.state
    const extra = inferenceExtra(dictionaries, trainer.layout, weights)
    // the first calibration loads a model of its own
    await predictor.calibrate(weights, [gatherFeatures(set, ids, train.slice(0, size))], extra)
    return { trainer, predictor }
  })
  const { trainer, predictor } = loaded
  const known = new DictionarySteps(dictionaries, trainer.layout.parameters)
  const steps = Math.min(8, batches)
  const rows = train.slice(0, steps * batchSize)
  const step = await timed(
    () =>
      trainer.train({
        inputs: gatherFeatures(set, ids, rows),
        targets: gatherTargets(set, rows),
        learningRates: rows.slice(0, steps).map(() => learningRate),
        extra: trainingExtra(known, dictionaries, trainer.state.weights),
      }),
    { units: steps, budget: 0.4, breathe },
  )
  const { weights } = trainer.state
  const extra = inferenceExtra(dictionaries, trainer.layout, weights)
  const some = train.slice(0, Math.min(batchOfPrediction, train.length))
  const inputs = () => gatherFeatures(set, ids, some)
  const calibration = await timed(() => predictor.calibrate(weights, [inputs()], extra), {
    budget: 0.2,
    breathe,
  })
  const statistics = await predictor.calibrate(weights, [inputs()], extra)
  const prediction = await timed(() => predictor.predict(weights, statistics, inputs(), some.length, extra), {
    budget: 0.2,
    breathe,
  })
  return { load, step, calibration, prediction }
}
