import type { RunConfig } from '#contract/config.ts'
import type { EventOf } from '#contract/run/events.ts'
import { latest } from '#contract/run/state.ts'
import { followsGradient, spendsEvaluations } from '#contract/config/strategy.ts'
import type { Dataset } from '../../dataset/dataset.ts'
import { countEvaluations } from '../../search/valuation.ts'
import { playersOf } from '../../space/players.ts'
import type { FusionSpace } from '../../space/space.ts'
import { supernet } from '../../space/supernet.ts'
import { costOf } from '../../training/cost.ts'
import type { Run } from '../context.ts'
import type { ModalityPlan } from '../networks.ts'

/** Multiply-adds a second of an ordinary workstation, elementwise work and calls included. */
const speed = 1.2e10
/** A backbone's convolutions move more memory for each product than a fusion does. */
const backboneSlowdown = 2
/** A training step costs about three forward passes. */
const backward = 3
/** An operation of weight 0 is not computed, and half of them are absent on average. */
const presentShare = 0.5

/** Tells once how long every phase will roughly take. */
export async function planWork(
  { config, journal }: Run,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
  space: FusionSpace,
): Promise<void> {
  if (latest(journal.state, 'plan')) return
  const phases = await estimateWork(config, modalities, space, {
    train: dataset.splits.train.length,
    validation: dataset.splits.validation.length,
    samples: dataset.samples.length,
    classes: dataset.classes.length,
  })
  journal.emit({ type: 'plan', phases })
  journal.progress('dataset', 1, dataset.name)
}

/**
 * Rough seconds of every phase, from multiply-adds; the remaining time that is shown scales them by what the run has
 * really taken so far.
 */
async function estimateWork(
  config: RunConfig,
  modalities: readonly ModalityPlan[],
  space: FusionSpace,
  counts: { train: number; validation: number; samples: number; classes: number },
): Promise<EventOf<'plan'>['phases']> {
  const seconds = (multiplyAdds: number) => multiplyAdds / speed
  const perSample = modalities.map(({ network, config }) => ({
    multiplyAdds: costOf(network).multiplyAdds,
    epochs: config.epochs,
  }))
  const fusion = costOf(supernet(space, counts.classes)).multiplyAdds
  const { strategy, epochs } = config.search
  const evaluations = spendsEvaluations(strategy) ? await countEvaluations(config, playersOf(space)) : 0
  const valuing = evaluations * Math.min(config.valuation.batchSize, counts.validation) * presentShare
  const alphaSteps = followsGradient(config.search) ? backward * counts.train : 0
  const models = modalities.length + 2
  const perModel = (2 * fusion) / space.operations.length
  return [
    { phase: 'dataset', estimate: 3 },
    {
      phase: 'backbones',
      estimate: perSample.reduce(
        (sum, { multiplyAdds, epochs }) =>
          sum + seconds(backboneSlowdown * backward * multiplyAdds * counts.train * epochs),
        1,
      ),
    },
    {
      phase: 'features',
      estimate: 1 + seconds(counts.samples * perSample.reduce((s, m) => s + m.multiplyAdds, 0)),
    },
    {
      phase: 'search',
      estimate: 1 + epochs * seconds(fusion * (backward * counts.train + valuing + alphaSteps)),
    },
    {
      phase: 'training',
      estimate:
        1 +
        models *
          config.training.repetitions *
          (1 + seconds(perModel * backward * counts.train * config.training.epochs)),
    },
    { phase: 'export', estimate: 2 },
  ]
}
