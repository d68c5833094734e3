import type { RunConfig } from '#contract/config.ts'
import type { Genotype, Player } from '#contract/genotype.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import { followsGradient } from '#contract/config/strategy.ts'
import type { StoredTensor } from '../run-directory/safetensors.ts'
import type { FusionSpace } from '../space/space.ts'
import type { Values } from '../training/network.ts'
import type { SupernetState } from './coalition-evaluator.ts'

/** What a strategy may use of the search that it steers. */
export interface StrategyContext {
  config: RunConfig
  space: FusionSpace
  players: readonly Player[]
  /** Flat alphas that the search begins with. */
  alphas: Float64Array
  /**
   * Estimates φ of every player in an epoch, from the supernet as it is then.
   * @param mixture `[players]`
   */
  value(epoch: number, state: SupernetState, mixture: readonly number[]): Promise<ShapleyResult>
  /** dL/dmixture `[players]` of the loss on one validation minibatch; `at` numbers the minibatch. */
  mixtureGradient(at: number, weights: Float32Array, extra: Values): Promise<Float32Array>
  /** Forward passes of one sample that a step of this kind costs. */
  costs: {
    /** Scoring one genotype. */
    score: number
    /** Evaluating one coalition. */
    evaluation: number
    /** One validation minibatch, forward. */
    minibatch: number
  }
}

/** A strategy at work in one search. */
export interface StrategyRun {
  /** Flat alphas as they are now. */
  readonly alphas: Float64Array
  /** After every call of training; `step` counts updates from the start of the search. */
  afterCall?(step: number, weights: Float32Array, extra: Values): Promise<void>
  /** After the weights of an epoch. */
  afterWeights?(epoch: number, state: SupernetState): Promise<ShapleyResult | null>
  /** The genotypes to score at the end of an epoch; the first is the strategy's own opinion. */
  propose(epoch: number): Genotype[] | Promise<Genotype[]>
  /** Forward passes of one sample spent beside training and scoring. */
  readonly cost: number
  /** What a checkpoint must hold. */
  save(): Record<string, StoredTensor>
  restore(tensors: Readonly<Record<string, StoredTensor>>): void
}

/** A way to find an architecture. */
export interface Strategy {
  readonly name: RunConfig['search']['strategy']
  /** One sentence for people. */
  readonly description: string
  start(context: StrategyContext): StrategyRun
}

/** Updates of the weights between two moments at which a strategy may act. */
export const stepsPerCallOf = (search: RunConfig['search']): number => (followsGradient(search) ? 1 : 8)

export const defineStrategy = (strategy: Strategy): Strategy => strategy
