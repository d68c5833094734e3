import { z } from 'zod'
import { genotype } from '../genotype.ts'
import { recordHead } from '../run/record.ts'
import { predictedChange } from './predicted-change.ts'
import { swap } from './swaps.ts'

/** Swaps of one request at most. */
export const mostSwaps = 500

/** Which swaps are to be tried. */
const swapChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('these'), swaps: z.array(swap).min(1).max(mostSwaps) }),
  /** All of one decision, `cell0/node0/op`. */
  z.strictObject({ kind: z.literal('decision'), decision: z.string().max(100) }),
  /** So many of all but these, drawn by the seed; all of them when there are fewer. */
  z.strictObject({
    kind: z.literal('random'),
    count: z.int().min(1).max(mostSwaps),
    except: z.array(swap).default([]),
  }),
])
export type SwapChoice = z.output<typeof swapChoice>

/** How the original and every swap are fine-tuned: alike, with equal seeds and batches. */
export const fineTuning = z.strictObject({
  /** Passes over the training split. */
  epochs: z.int().min(1).max(100).default(3),
  /** With different seeds. */
  repetitions: z.int().min(1).max(20).default(3),
  seed: z.int().min(0).max(0xffffffff).default(1),
})
export type FineTuning = z.output<typeof fineTuning>

export const whatIfRequest = z.strictObject({ choice: swapChoice, tuning: fineTuning.prefault({}) })
export type WhatIfRequest = z.output<typeof whatIfRequest>

/** How the score on the whole validation split differs from the original's; units of the value function, 0–1. */
const measuredChange = z.object({
  /** After the swap, the mean over repetitions. */
  score: z.number(),
  /** That less the original's. */
  change: z.number(),
  /** Over samples, paired, for both networks answered the same ones, and over the seeds of the repetitions, where there are several. */
  standardError: z.number(),
  /** The 95 % band. */
  low: z.number(),
  high: z.number(),
  /** Samples that are right only after the swap, and only before it; all repetitions together. */
  gained: z.int(),
  lost: z.int(),
  /** The change of each repetition. */
  repetitions: z.array(z.number()),
})
export type MeasuredChange = z.infer<typeof measuredChange>

const triedSwap = z.object({
  swap,
  /** Null where the search has not valued its choices. */
  predicted: predictedChange.nullable(),
  /** With the supernet's weights, before any training. */
  inherited: measuredChange,
  /** After fine-tuning. */
  tuned: measuredChange,
  elapsedMs: z.number(),
})
export type TriedSwap = z.infer<typeof triedSwap>

/** The content of `what-if/<id>.json` in a run's directory: one request and what came of it. It is written anew after every swap, so that one that was stopped is whole as well. */
export const whatIfRecord = z.object({
  ...recordHead,
  choice: swapChoice,
  tuning: fineTuning.extend({ learningRate: z.number() }),
  /** How many swaps were asked for. */
  wanted: z.int(),
  genotype,
  /** What is measured, as in the run's configuration `valuation.metric`: the value function of φ. */
  metric: z.string(),
  /** The search epoch whose φ predicts: the last that was valued; null without φ. */
  epoch: z.int().nullable(),
  /** In the validation split. */
  samples: z.int(),
  original: z.object({
    /** With the supernet's weights. */
    inherited: z.number(),
    /** After fine-tuning, by repetition. */
    tuned: z.array(z.number()),
    elapsedMs: z.number(),
  }),
  tried: z.array(triedSwap),
})
export type WhatIfRecord = z.infer<typeof whatIfRecord>
