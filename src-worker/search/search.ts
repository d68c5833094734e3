import type { EventBody } from '#contract/run/events.ts'
import type { Genotype } from '#contract/genotype.ts'
import { stream } from '../random.ts'
import { vector, type StoredTensor } from '../run-directory/safetensors.ts'
import { alphaLayout, mixtureFromAlphas } from '../space/players.ts'
import { firstPosition, trainEpochs, type EpochPosition } from '../training/epochs.ts'
import { initialise } from '../training/layout.ts'
import { initialState } from '../training/trainer.ts'
import { initialAlphas } from './alphas.ts'
import type { SupernetState } from './coalition-evaluator.ts'
import { trainingExtra } from './dictionary-extra.ts'
import { epochValues } from './epoch-values.ts'
import { gatherTargets, gatherTraining } from './feature-set.ts'
import { loadParts, type SearchParts } from './search-parts.ts'
import type { SearchTask } from './search-task.ts'
import { strategies } from './strategies/index.ts'
import { stepsPerCallOf } from './strategy.ts'
import { supernetStateUnder } from './supernet-calibration.ts'
import { tensorsOf, trainingStateOf } from './training-tensors.ts'

/** What a search tells while it runs. */
export interface SearchHooks {
  emit(event: EventBody): void
  /** Share of the search that is done, 0–1. */
  progress(done: number, doing: string): void
  /** Lets messages in; throws when the run is to stop. */
  breathe(): Promise<void>
  /** Keeps a checkpoint; `forced` at the end of an epoch, otherwise when the last one is old enough. */
  save(point: () => SearchPoint, options: { forced: boolean }): void
}

/** A place in a search from which it goes on as if nothing had happened. */
export interface SearchPoint {
  position: EpochPosition
  best: BestGenotype | null
  /** Forward passes of one sample spent on scoring genotypes. */
  scoringCost: number
  tensors: Record<string, StoredTensor>
}

interface BestGenotype {
  genotype: Genotype
  epoch: number
  derivedScore: number
}

export interface SearchOutcome extends BestGenotype {
  supernet: SupernetState
}

/** Sampled step events of a search; the rest of a run has far fewer. */
const stepEvents = 1000
/** The share of an epoch's time that training takes, for the progress shown between epochs. */
const trainingShare = 0.5

/**
 * Searches an architecture: per epoch the weights on the training split, then the strategy's valuation and its move of
 * α, then the score of the derived genotype (docs/method.md). The genotype with the best derived score is kept, the
 * earlier one among equals.
 */
export async function searchArchitecture(
  task: SearchTask,
  hooks: SearchHooks,
  from: SearchPoint | null,
): Promise<SearchOutcome> {
  const parts = await loadParts(task, (samples) => hooks.emit({ type: 'short-of-memory', samples }))
  try {
    return await runSearch(task, parts, hooks, from)
  } finally {
    await parts.release()
  }
}

async function runSearch(
  task: SearchTask,
  parts: SearchParts,
  hooks: SearchHooks,
  from: SearchPoint | null,
): Promise<SearchOutcome> {
  const { config, space, set } = task
  const { players, trainer, network, plan, scorer, dictionarySteps } = parts
  const ids = set.features.map(({ id }) => id)
  const startAlphas = initialAlphas(players, stream(config.seed, 'alphas'))
  const values = epochValues(task, parts, {
    breathe: hooks.breathe,
    progress: (epoch, evaluated, planned) => {
      const share = trainingShare + ((1 - trainingShare) * evaluated) / planned
      showProgress(epoch, share, `valuing coalitions: ${evaluated} of ${planned}`)
    },
  })
  const strategy = strategies[config.search.strategy].start({
    config,
    space,
    players,
    alphas: startAlphas.slice(),
    value: values.value,
    mixtureGradient: parts.mixtureGradient,
    costs: {
      score: scorer.cost,
      evaluation: Math.min(config.valuation.batchSize, set.splits.validation.length),
      minibatch: Math.min(plan.batchSize, set.splits.validation.length),
    },
  })
  const mixture = () => mixtureFromAlphas(players, strategy.alphas)
  const extra = () => ({
    mixture: Float32Array.from(mixture()),
    ...trainingExtra(dictionarySteps, network.dictionaries, trainer.state.weights),
  })
  const updates = config.search.epochs * plan.batches
  const stepInterval = Math.max(1, Math.ceil(updates / stepEvents))
  let best = from?.best ?? null
  let scoringCost = from?.scoringCost ?? 0
  let position = from?.position ?? firstPosition
  restore()

  await trainEpochs(
    {
      trainer,
      rows: set.splits.train,
      batchSize: plan.batchSize,
      epochs: config.search.epochs,
      learningRate: config.search.learningRate,
      minLearningRate: config.search.minLearningRate,
      seed: stream(config.seed, 'search').uint32(),
      stepsPerCall: stepsPerCallOf(config.search),
      gather: (rows, epoch) => ({
        inputs: gatherTraining(set, ids, rows, epoch),
        targets: gatherTargets(set, rows),
      }),
      extra,
      onCall: afterCall,
      onEpoch: finishEpoch,
    },
    position,
  )
  return { ...best!, supernet: await supernetState() }

  async function afterCall(reached: EpochPosition, losses: Float32Array): Promise<void> {
    position = reached
    const last = trainer.state.step
    losses.forEach((loss, i) => {
      const step = last - losses.length + i
      if (step % stepInterval === 0) hooks.emit({ type: 'step', phase: 'search', step, loss })
    })
    await strategy.afterCall?.(last, trainer.state.weights, extra())
    showProgress(reached.epoch, (trainingShare * reached.step) / plan.batches, 'training the supernet')
    hooks.save(point, { forced: false })
    await hooks.breathe()
  }

  async function finishEpoch(epoch: number, trainLoss: number): Promise<void> {
    const state = await supernetState()
    const weighed = mixture()
    const shapley = (await strategy.afterWeights?.(epoch, state)) ?? null
    // v(N) is the supernet's score only where the players are valued by it
    const grand = config.valuation.metric === 'score' ? shapley?.grand : undefined
    const supernetScore = grand ?? (await values.score(epoch, state, weighed))
    const proposals = await strategy.propose(epoch)
    let found: BestGenotype | null = null
    for (const genotype of proposals) {
      const derivedScore = await scorer.score(genotype, trainer.state.weights)
      scoringCost += scorer.cost
      if (!found || derivedScore > found.derivedScore) found = { genotype, epoch, derivedScore }
      await hooks.breathe()
    }
    const { genotype, derivedScore } = found!
    if (!best || derivedScore > best.derivedScore) best = found
    const alphas = strategy.alphas
    hooks.emit({
      type: 'search-epoch',
      epoch,
      epochs: config.search.epochs,
      trainLoss,
      supernetScore,
      alphas: ownAlphas(alphas),
      mixture: byPlayer(mixture()),
      alphaDistance: Math.hypot(...alphas.map((alpha, i) => alpha - startAlphas[i])),
      shapley,
      ...(config.valuation.metric !== 'score' && { metric: config.valuation.metric }),
      ...(shapley && { valuedMixture: byPlayer(weighed) }),
      genotype,
      derivedScore,
      cost: 3 * trainer.state.step * plan.batchSize + strategy.cost + scoringCost,
    })
    showProgress(epoch + 1, 0, 'scored the derived architecture')
    position = { epoch: epoch + 1, step: 0, lossSum: 0 }
    hooks.save(point, { forced: true })
    await hooks.breathe()
  }

  /** The supernet as it is now, under the whole mixture. */
  function supernetState(): Promise<SupernetState> {
    return supernetStateUnder(parts, { network, set }, trainer.state.weights, mixture())
  }

  function byPlayer(values: readonly number[]): Record<string, number> {
    return Object.fromEntries(players.map(({ id }, i) => [id, values[i]]))
  }

  function ownAlphas(alphas: Float64Array): Record<string, number> {
    const { offsets } = alphaLayout(players)
    return Object.fromEntries(players.map(({ id }, i) => [id, alphas[offsets[i]]]))
  }

  function showProgress(epoch: number, share: number, doing: string): void {
    const { epochs } = config.search
    hooks.progress((epoch + share) / epochs, `epoch ${Math.min(epoch + 1, epochs)} of ${epochs}, ${doing}`)
  }

  function point(): SearchPoint {
    return {
      position,
      best,
      scoringCost,
      tensors: {
        ...tensorsOf(trainer.state),
        dictionaries: vector(dictionarySteps.state),
        ...strategy.save(),
      },
    }
  }

  function restore(): void {
    if (!from) {
      trainer.state = initialState(initialise(trainer.layout.parameters, stream(config.seed, 'supernet')))
      return
    }
    const { tensors } = from
    trainer.state = trainingStateOf(tensors)
    dictionarySteps.state.set(tensors['dictionaries'].data as Float32Array)
    strategy.restore(tensors)
  }
}
