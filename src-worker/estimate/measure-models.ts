import { stream } from '../random.ts'
import { comparedModels, type ModalityPlan, type ModelPlan } from '../run/networks.ts'
import { inferenceExtra, trainingExtra } from '../search/dictionary-extra.ts'
import { gatherFeatures, gatherTargets, type FeatureSet } from '../search/feature-set.ts'
import { featureTrainer } from '../search/train-on-features.ts'
import { DictionarySteps } from '../space/dictionary-step.ts'
import type { FusionSpace } from '../space/space.ts'
import { planEpoch } from '../training/epochs.ts'
import { initialise } from '../training/layout.ts'
import { Predictor } from '../training/predictor.ts'
import { initialState } from '../training/trainer.ts'
import type { ModelTimes } from './add-up.ts'
import { learningRate, type MeasureOptions } from './options.ts'
import { timed, timedOnce } from './timing.ts'
import { typicalGenotype } from './typical-genotype.ts'

const batchOfPrediction = 64

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
    const trainer = await featureTrainer({ network, set, config, device, path: ['estimate'] })
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
