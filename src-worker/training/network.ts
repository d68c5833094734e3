import type { Graph } from '../graph/graph.ts'
import type { Shape, Tensor } from '../graph/tensor.ts'

/** How a parameter starts. */
export type Initial =
  | { kind: 'zeros' }
  | { kind: 'ones' }
  /** Uniform in [−bound, bound]. */
  | { kind: 'uniform'; bound: number }
  /** Normal with mean 0. */
  | { kind: 'normal'; deviation: number }

/** He's uniform start for layers before a ReLU: bound √(6 / fanIn). */
export function heUniform(fanIn: number): Initial {
  return { kind: 'uniform', bound: Math.sqrt(6 / fanIn) }
}

/** PyTorch's default start of Linear and Conv layers, weight and bias alike: bound 1 / √fanIn. */
export function torchLinear(fanIn: number): Initial {
  return { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) }
}

/**
 * What a network is written against. The same description is built several times: for training, for inference with
 * fixed statistics, and for export; the builder decides what a parameter, a batch norm and a dropout become.
 */
export interface Builder {
  readonly graph: Graph
  /** Samples in a batch; −1 where the batch is symbolic (exports). */
  readonly batch: number
  /** The same weights serve many batches, so that working them out beforehand pays. */
  readonly fixedWeights?: boolean
  /** A trained weight. Names are paths, 'cell0/node1/glu/w1', and unique. */
  parameter(name: string, shape: Shape, initial: Initial): Tensor
  /** Batch norm per channel of x[.., C], with its own weight and bias. */
  batchNorm(name: string, x: Tensor): Tensor
  /** Inverted dropout; the identity outside training. */
  dropout(x: Tensor, rate: number): Tensor
  /** An extra input without a batch axis, constant during a call: mixture weights, dictionary steps. */
  input(name: string, shape: Shape): Tensor
  /** Names what `build` adds, for error messages. */
  scope<T>(name: string, build: () => T): T
}

/** What a network computes: logits[batch, classes], and intermediate tensors that a predictor may put out. */
export interface Built {
  readonly logits: Tensor
  readonly taps: Readonly<Record<string, Tensor>>
}

/** The pure description of a network. */
export interface Network {
  /** Shapes of the inputs for one sample, without the batch axis. */
  readonly inputs: Readonly<Record<string, { readonly shape: Shape }>>
  readonly classes: number
  build(builder: Builder, inputs: Readonly<Record<string, Tensor>>): Tensor | Built
}

/** Numbers of one named minibatch or of several stacked ones, float32, rows first. */
export type Values = Readonly<Record<string, Float32Array>>
