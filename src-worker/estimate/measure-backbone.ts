import { createEvaluator } from '../backbone/evaluator.ts'
import { seesVariants } from '../backbone/train-backbone.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { stream } from '../random.ts'
import type { ModalityPlan } from '../run/networks.ts'
import { planEpoch } from '../training/epochs.ts'
import { initialise } from '../training/layout.ts'
import { lossByTask } from '../training/step-graph.ts'
import { multiHot } from '../training/targets.ts'
import { initialState, Trainer } from '../training/trainer.ts'
import type { BackboneTimes } from './add-up.ts'
import { learningRate, type MeasureOptions } from './options.ts'
import { timed, timedOnce } from './timing.ts'

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
