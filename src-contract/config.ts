import { z } from 'zod'
import { backboneId, mostTaps, pictureInput } from './backbone.ts'
import { describeFaults } from './config/faults.ts'
import { datasetSpec } from './dataset.ts'
import { operationNames, spaceNames } from './genotype.ts'
import { Problem } from './problem.ts'
import { alphaUpdateNames, strategyNames } from './config/strategy.ts'

const positive = z.number().positive()
const fraction = z.number().min(0).max(1)
const rate = z.number().min(0).max(0.95)

/** How a network is trained: Adam with L2 weight decay and cosine annealing from `learningRate` to `minLearningRate`. */
const optimizer = {
  epochs: z.int().min(1).max(1000),
  batchSize: z.int().min(2).max(4096),
  learningRate: positive,
  minLearningRate: z.number().min(0),
  weightDecay: z.number().min(0),
}

/** VGG-style convolutional network for images: (3×3 convolution, batch norm, ReLU, 2×2 max pool) per entry of `channels`. */
const cnnConfig = z.strictObject({
  kind: z.literal('cnn'),
  channels: z.array(z.int().min(1)).min(2).max(6).default([16, 32, 64, 128]),
  dropout: rate.default(0.3),
  augment: z.boolean().default(true),
  epochs: optimizer.epochs.default(20),
  batchSize: optimizer.batchSize.default(32),
  learningRate: positive.default(5e-3),
  minLearningRate: optimizer.minLearningRate.default(1e-5),
  weightDecay: optimizer.weightDecay.default(1e-4),
})

/** Maxout network for text (word and character n-grams) and vectors. */
const maxoutConfig = z.strictObject({
  kind: z.literal('maxout'),
  units: z.array(z.int().min(1)).min(1).max(4).default([128, 64]),
  pieces: z.int().min(2).max(5).default(2),
  dropout: rate.default(0.5),
  epochs: optimizer.epochs.default(20),
  batchSize: optimizer.batchSize.default(32),
  learningRate: positive.default(3e-3),
  minLearningRate: optimizer.minLearningRate.default(1e-5),
  weightDecay: optimizer.weightDecay.default(1e-4),
})

/**
 * A file of the library, not trained further; its tapped tensors are the features. The rest trains the linear probe on
 * the last of them that tells how good they are.
 */
const onnxConfig = z.strictObject({
  kind: z.literal('onnx'),
  id: backboneId,
  /** Names of tensors in the file, from shallow to deep. */
  taps: z.array(z.string().min(1).max(1000)).min(1).max(mostTaps),
  /** How pictures are written for the file; as the library says when left out. */
  picture: pictureInput.optional(),
  epochs: optimizer.epochs.default(20),
  batchSize: optimizer.batchSize.default(32),
  learningRate: positive.default(1e-2),
  minLearningRate: optimizer.minLearningRate.default(1e-5),
  weightDecay: optimizer.weightDecay.default(1e-4),
})
export type OnnxConfig = z.infer<typeof onnxConfig>

export const backboneConfig = z.discriminatedUnion('kind', [cnnConfig, maxoutConfig, onnxConfig])
export type BackboneConfig = z.infer<typeof backboneConfig>

/** The fusion search space (SM-ShapNAS §3.2; BM-NAS). */
const spaceConfig = z.strictObject({
  name: z.enum(spaceNames).default('sm-shapnas'),
  cells: z.int().min(1).max(6).default(2),
  /** Inner nodes a cell; the papers' "steps". */
  steps: z.int().min(1).max(4).default(1),
  channels: z.int().min(2).max(512).default(32),
  /** Positions of the sequence that every feature is pooled to; a square for images (1, 4, 9, 16). */
  length: z.int().min(1).max(64).default(9),
  dropout: rate.default(0.2),
  /** A choice of the space's operations; all when left out. */
  operations: z.array(z.enum(operationNames)).min(2).optional(),
  sparse: z
    .strictObject({
      lambda1: z.number().min(0).default(0.1),
      lambda2: z.number().min(0).default(0),
      iterations: z.int().min(1).max(50).default(2),
      kernel: z.literal([1, 3, 5, 7]).default(3),
      nonNegative: z.boolean().default(false),
    })
    .prefault({}),
  operationNorm: z.enum(['batch', 'none']).default('batch'),
  derivation: z.enum(['free', 'bmnas-v3']).default('free'),
})
export type SpaceConfig = z.infer<typeof spaceConfig>

/** The search (SM-ShapNAS, Algorithm 1: weights, then φ, then α in every epoch; see docs/method.md). */
const searchConfig = z.strictObject({
  strategy: z.enum(strategyNames).default('sm-shapnas'),
  /** What moves α where players are valued: φ, the gradient of the validation loss, or both. */
  alphaUpdate: z.enum(alphaUpdateNames).default('shapley'),
  /** What the architecture of an epoch is derived by; φ only where players are valued. */
  deriveBy: z.enum(['alpha', 'phi']).default('alpha'),
  epochs: optimizer.epochs.default(10),
  batchSize: optimizer.batchSize.default(32),
  learningRate: positive.default(3e-3),
  minLearningRate: optimizer.minLearningRate.default(1e-5),
  weightDecay: optimizer.weightDecay.default(1e-4),
  /** α by gradient (strategy darts, or alphaUpdate). */
  alphaLearningRate: positive.default(3e-3),
  alphaWeightDecay: z.number().min(0).default(1e-3),
})

export const estimatorNames = [
  'grouped',
  'permutation',
  'antithetic',
  'truncated',
  'early-truncation',
  'kernel',
  'exact',
] as const

/**
 * What v(S) is of the answers on the validation batch, 0–1: the task's main score (accuracy, or weighted F1 of a multi-label
 * task), another score, or exp(−cross-entropy).
 */
export const metricNames = [
  'score',
  'macro-f1',
  'weighted-f1',
  'mean-average-precision',
  'cross-entropy',
] as const
export type MetricName = (typeof metricNames)[number]

/** How φ is estimated and how it moves α (SM-ShapNAS §3.3, appendix B). */
const valuationConfig = z.strictObject({
  estimator: z.enum(estimatorNames).default('grouped'),
  metric: z.enum(metricNames).default('score'),
  /** m_n: permutations for edges and ordinary operations. */
  samplesNormal: z.int().min(2).default(20),
  /** m_s: permutations for sparse operations. */
  samplesSparse: z.int().min(2).default(60),
  /** Epochs before budgets move towards the likely players. */
  budgetWarmup: z.int().min(0).default(5),
  /** Samples of the validation batch that values every coalition of an epoch. */
  batchSize: z.int().min(8).default(256),
  /** ε: length of the unit-norm step of α. */
  alphaStep: positive.default(0.1),
  /** μ: momentum of the step. */
  momentum: fraction.default(0),
  /** What α follows: φ, or φ less the standard deviation of the contributions that it is the mean of. */
  alphaFollows: z.enum(['phi', 'phi-minus-sd']).default('phi'),
  /** `unit`: a step of length ε; `z-score`: ε times φ in standard deviations from its mean. */
  alphaScale: z.enum(['unit', 'z-score']).default('unit'),
  /** What is scaled together: each α tensor (inter edges, inner edges, operations) by itself, or all of α. */
  alphaNorm: z.enum(['tensor', 'all']).default('tensor'),
  /** Epochs before α moves. */
  alphaWarmup: z.int().min(0).default(0),
  renormalise: z.boolean().default(false),
  /** What batch norm uses inside v: statistics of a calibration pass, or, as public code, of the valued batch itself. */
  batchStatistics: z.enum(['calibrated', 'batch']).default('calibrated'),
  /** Cuts a permutation where |v(N) − v(S)| is smaller (estimator truncated); in units of the score, 0–1. */
  tolerance: fraction.default(0.01),
  /** η: cuts a permutation once v(S) < η v(N) (estimator early-truncation). */
  threshold: fraction.default(0.5),
  /** What ends an epoch's valuation before its permutations are spent; each without limit when left out. */
  evaluations: z.int().min(1).optional(),
  /** Wall-clock: the result then depends on the machine. */
  seconds: positive.optional(),
  /** Enough once every player's standard error is at most this; in units of the score. */
  standardError: positive.optional(),
  /** Events keep φ and its errors as evaluations double. */
  trace: z.boolean().default(false),
})

/** Training of the derived architecture from scratch, and of its baselines. */
const trainingConfig = z.strictObject({
  epochs: optimizer.epochs.default(30),
  batchSize: optimizer.batchSize.default(32),
  learningRate: positive.default(2e-3),
  minLearningRate: optimizer.minLearningRate.default(1e-5),
  weightDecay: optimizer.weightDecay.default(1e-4),
  /** Repetitions with different seeds. */
  repetitions: z.int().min(1).max(20).default(3),
  /** As published tables: the epoch whose weights count is the best on the TEST split. Whoever shows such scores says so. */
  peerProtocol: z.boolean().default(false),
})

export const studyId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)

/** Everything that decides a run. `schemaVersion` moves with a migration. */
export const runConfig = z.strictObject({
  schemaVersion: z.literal(1).default(1),
  name: z.string().max(120).default(''),
  /** The study that the run belongs to. */
  study: studyId.optional(),
  seed: z.int().min(0).max(0xffffffff).default(1),
  device: z.enum(['auto', 'cpu', 'webgpu', 'cuda']).default('auto'),
  /** Threads of ONNX Runtime; another number can change the last bits (docs/decisions/0005-same-results.md). */
  threads: z.int().min(1).max(256).default(2),
  dataset: datasetSpec,
  /** One backbone a modality; where one is left out the kind that fits the modality's type is taken. */
  backbones: z.record(z.string(), backboneConfig).default({}),
  /**
   * Variants of every training sample (shifted images, texts without some terms) whose features a fusion learns from, one
   * an epoch; 0 for the plain samples, of which their backbones are surer than of new ones.
   */
  featureVariants: z.int().min(0).max(64).default(4),
  /**
   * MiB of memory that features may take; a quarter of the machine's when left out. Those that do not fit are read from the
   * disk as they are needed, with the same results.
   */
  featureMemory: z.int().min(0).optional(),
  space: spaceConfig.prefault({}),
  search: searchConfig.prefault({}),
  valuation: valuationConfig.prefault({}),
  training: trainingConfig.prefault({}),
})
export type RunConfig = z.infer<typeof runConfig>
/** A configuration as a person writes it: whatever has a default may be left out. */
export type RunConfigInput = z.input<typeof runConfig>

/**
 * A validated configuration with all defaults filled in.
 * @throws Problem `bad-configuration` naming every field at fault.
 */
export function parseRunConfig(value: unknown, where: string): RunConfig {
  const parsed = runConfig.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Problem('bad-configuration', where, describeFaults(runConfig, parsed.error, value).join('; '))
}
