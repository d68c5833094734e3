import { z } from 'zod'
import { calibration } from './calibration.ts'
import { metricNames } from '../config.ts'
import { datasetSummary, taskNames } from '../dataset.ts'
import { genotype, player } from '../genotype.ts'
import { shapleyResult } from '../shapley.ts'
import { moment, problemReport } from './status.ts'

/** What a run does, in this order. */
export const phaseNames = ['dataset', 'backbones', 'features', 'search', 'training', 'export'] as const
export type PhaseName = (typeof phaseNames)[number]

/** A feature that the fusion may use: one tap of one modality's backbone, pooled to [length, channels]. */
const featureInfo = z.object({
  /** `image.2`: modality and depth. */
  id: z.string(),
  modality: z.string(),
  /** The tapped tensor's name in the backbone. */
  tap: z.string(),
  channels: z.int(),
})
export type FeatureInfo = z.infer<typeof featureInfo>

/** How well one class is answered on the test split. */
const classFigures = z.object({
  /** Share of the samples answered with the class that carry it; null where none was. */
  precision: z.number().nullable(),
  /** Share of the samples that carry the class that were answered with it; null where none does. */
  recall: z.number().nullable(),
  f1: z.number(),
  /** Of the class against all others, by its probability; null where no sample carries it. */
  averagePrecision: z.number().nullable(),
  /** Samples that carry the class. */
  support: z.int(),
})
export type ClassFigures = z.infer<typeof classFigures>

/** Mixture weights of the supernet after softmax, by player id. */
const byPlayer = z.record(z.string(), z.number())

const payloads = {
  started: z.object({
    seed: z.number(),
    device: z.enum(['cuda', 'webgpu', 'cpu']),
    /** Why each better device was not taken. */
    refused: z.array(z.object({ device: z.string(), reason: z.string() })),
    versions: z.record(z.string(), z.string()),
  }),
  /** The work ahead, in rough seconds on an ordinary machine; only its proportions matter. */
  plan: z.object({ phases: z.array(z.object({ phase: z.enum(phaseNames), estimate: z.number() })) }),
  /** How much of a phase is done, 0–1, and what is being done, for people. */
  progress: z.object({ phase: z.enum(phaseNames), done: z.number(), doing: z.string() }),
  dataset: z.object({ summary: datasetSummary }),
  'backbone-epoch': z.object({
    modality: z.string(),
    epoch: z.int(),
    epochs: z.int(),
    trainLoss: z.number(),
    validationScore: z.number(),
  }),
  backbone: z.object({
    modality: z.string(),
    kind: z.string(),
    parameters: z.number(),
    validationScore: z.number(),
    testScore: z.number(),
    features: z.array(featureInfo),
  }),
  space: z.object({ players: z.array(player), features: z.array(featureInfo), parameters: z.number() }),
  /** A sampled optimizer step; at most 2,000 a run. */
  step: z.object({ phase: z.enum(phaseNames), step: z.int(), loss: z.number() }),
  'search-epoch': z.object({
    epoch: z.int(),
    epochs: z.int(),
    trainLoss: z.number(),
    /** Score of the supernet with all players on the epoch's validation batch. */
    supernetScore: z.number(),
    alphas: byPlayer,
    mixture: byPlayer,
    /** The mixture that `shapley` values, before α moved on; missing in older logs. */
    valuedMixture: byPlayer.optional(),
    /** How far α has moved since the start, L2 norm. */
    alphaDistance: z.number(),
    shapley: shapleyResult.nullable(),
    /** What v(S) measures; the task's main score where it is left out, as in older logs. */
    metric: z.enum(metricNames).optional(),
    genotype,
    /** Score of the derived network with the supernet's weights on the whole validation split. */
    derivedScore: z.number(),
    /** Forward passes of one sample spent so far; a training step counts three. */
    cost: z.number(),
  }),
  /** Valuing coalitions did not fit into the memory and goes on with so many samples at a time; the result is the same. */
  'short-of-memory': z.object({ samples: z.int() }),
  /** The genotype that the search keeps. */
  searched: z.object({ genotype, epoch: z.int(), derivedScore: z.number() }),
  'model-epoch': z.object({
    model: z.string(),
    repetition: z.int(),
    epoch: z.int(),
    epochs: z.int(),
    trainLoss: z.number(),
    validationScore: z.number(),
  }),
  /** One trained model, read on the test split once, or, with `peerProtocol`, after every epoch. */
  model: z.object({
    model: z.string(),
    repetition: z.int(),
    parameters: z.number(),
    multiplyAdds: z.number(),
    validationScore: z.number(),
    testScore: z.number(),
    testMacroF1: z.number(),
    /** Older versions did not measure it. */
    testWeightedF1: z.number().optional(),
    /** Of a multi-label task. */
    testMeanAveragePrecision: z.number().optional(),
    /** The epoch whose weights count, where it was chosen because it is the best on the test split. */
    chosenOnTest: z.int().optional(),
  }),
  /**
   * Test predictions of the exported model in the order of the test split: one class index a sample in `labels` and
   * `predicted`; of a multi-label task those are empty, and a list of class indices a sample stands in the two others.
   */
  predictions: z.object({
    task: z.enum(taskNames).default('single-label'),
    classes: z.array(z.string()),
    labels: z.array(z.int()),
    predicted: z.array(z.int()),
    labelSets: z.array(z.array(z.int())).optional(),
    predictedSets: z.array(z.array(z.int())).optional(),
    /** By class; older versions did not say. */
    perClass: z.array(classFigures).optional(),
  }),
  calibration,
  exported: z.object({ files: z.array(z.string()) }),
  /** Measured times; the one event that differs between equal runs. */
  measured: z.object({ model: z.string(), latencyMs: z.number() }),
  /** The run goes on from a checkpoint: every event after `afterSeq` is void. */
  resumed: z.object({ afterSeq: z.int() }),
  done: z.object({}),
  /** The run has stopped at a checkpoint, as it was told to; the status says whether it is paused or given up. */
  stopped: z.object({}),
  /** What older versions wrote for `stopped`. */
  cancelled: z.object({}),
  failed: z.object({ problem: problemReport }),
} as const

type Payloads = typeof payloads
export type EventType = keyof Payloads
/** What an event of a type carries; `unknown` (nothing) where it carries nothing. */
type PayloadOf<T extends EventType> =
  Record<string, never> extends z.infer<Payloads[T]> ? unknown : z.infer<Payloads[T]>
/** An event of a run: numbered without gaps; `at` is milliseconds since 1970 and is no part of the result. */
export type EventOf<T extends EventType> = { seq: number; at: number; type: T } & PayloadOf<T>
export type RunEvent = { [T in EventType]: EventOf<T> }[EventType]
/** An event before it is numbered. */
export type EventBody = { [T in EventType]: { type: T } & PayloadOf<T> }[EventType]

export const eventTypes = Object.keys(payloads) as EventType[]

const envelope = z.object({
  seq: z.int().min(0),
  at: moment,
  type: z.enum(eventTypes as [EventType, ...EventType[]]),
})

/**
 * A validated event.
 * @throws ZodError when the value is not an event of this schema.
 */
export function parseEvent(value: unknown): RunEvent {
  const { seq, at, type } = envelope.parse(value)
  return { ...payloads[type].parse(value), seq, at, type } as RunEvent
}
