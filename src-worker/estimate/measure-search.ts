import { followsGradient } from '#contract/config/strategy.ts'
import { stream } from '../random.ts'
import { inferenceExtra, trainingExtra } from '../search/dictionary-extra.ts'
import { gatherFeatures, gatherTargets, type FeatureSet } from '../search/feature-set.ts'
import { loadParts } from '../search/search-parts.ts'
import { stepsPerCallOf } from '../search/strategy.ts'
import { supernetGame } from '../search/supernet-game.ts'
import { gatherValueBatch } from '../search/value-batch.ts'
import { Coalition } from '../shapley/coalition.ts'
import type { FusionSpace } from '../space/space.ts'
import { wholeBatches } from '../training/batches.ts'
import { initialise } from '../training/layout.ts'
import { initialState } from '../training/trainer.ts'
import type { SearchTimes } from './add-up.ts'
import { learningRate, type MeasureOptions } from './options.ts'
import { timed, timedOnce } from './timing.ts'
import { typicalGenotype } from './typical-genotype.ts'

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
