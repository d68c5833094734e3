import { createHash } from 'node:crypto'
import { statfsSync } from 'node:fs'
import { cpus, freemem, hostname } from 'node:os'
import type { RunConfig } from '#contract/config.ts'
import type { Estimate } from '#contract/estimate.ts'
import { spendsEvaluations } from '#contract/config/strategy.ts'
import type { Dataset } from '../dataset/dataset.ts'
import type { ModalityPlan } from '../run/networks.ts'
import { countEvaluations } from '../search/valuation.ts'
import { playersOf } from '../space/players.ts'
import type { FusionSpace } from '../space/space.ts'
import { supernet } from '../space/supernet.ts'
import { costOf } from '../training/cost.ts'
import { featureBytes } from './features.ts'
import type { Amounts } from './add-up.ts'

/** Names the machine in stored estimates. */
export const machineName = (): string =>
  `${hostname()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`

/** How much of everything a run of this configuration does. */
export async function amountsOf(
  config: RunConfig,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
  space: FusionSpace,
): Promise<Amounts> {
  const { train, validation, test } = dataset.splits
  const { strategy, epochs } = config.search
  const evaluations = spendsEvaluations(strategy)
    ? await evaluationsOf(config, space)
    : { first: 0, later: 0 }
  const valued = Math.min(config.valuation.batchSize, validation.length)
  const scoreCost = Math.min(512, train.length) + validation.length
  // random spends on genotypes what the guided search spends on coalitions
  const bought = Math.max(1, Math.floor((epochs * evaluations.first * valued) / scoreCost))
  return {
    splits: { train: train.length, validation: validation.length, test: test.length },
    backbones: Object.fromEntries(modalities.map(({ name, config: own }) => [name, own])),
    evaluations,
    scores: strategy === 'random' ? epochs - 1 + bought : epochs,
    featureBytes: featureBytes(config, dataset, modalities).stored,
  }
}

async function evaluationsOf(config: RunConfig, space: FusionSpace): Promise<Amounts['evaluations']> {
  const players = playersOf(space)
  return {
    first: await countEvaluations(config, players),
    later: await countEvaluations(config, players, config.valuation.budgetWarmup),
  }
}

/**
 * Memory at the peak. This process holds the data and has loaded every kind of network of a run; to that come the
 * features that are held. Reading the data may have taken more.
 */
export function memoryOf(
  config: RunConfig,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
): Estimate['memory'] {
  const peak = process.resourceUsage().maxRSS * 1024
  const program = process.memoryUsage.rss()
  const features = featureBytes(config, dataset, modalities).held
  return { needed: Math.max(peak, program + features), program, features, available: freemem() + program }
}

/** What a run leaves: features, two checkpoints of the supernet with moments, all trained models, events. */
export function diskOf(
  config: RunConfig,
  space: FusionSpace,
  modalities: readonly ModalityPlan[],
  classes: number,
  features: number,
  dataDir: string,
): Estimate['disk'] {
  const weights = 4 * costOf(supernet(space, classes)).parameters
  const backbones = modalities.reduce((sum, { network }) => sum + 4 * costOf(network).parameters, 0)
  const models = (modalities.length + 2) * config.training.repetitions
  const events = 20e6
  const needed = features + 7 * weights + 2 * backbones + models * weights + events
  const { bavail, bsize } = statfsSync(dataDir)
  return { needed, free: bavail * bsize }
}

/** Seconds of one byte: features are hashed when they are stored and when they are read back, and copied in between. */
export function secondsToStore(): number {
  const block = new Uint8Array(1 << 24)
  const begun = performance.now()
  createHash('sha256').update(block).digest()
  return (3 * (performance.now() - begun)) / 1000 / block.length
}
