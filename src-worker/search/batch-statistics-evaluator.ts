import type { RunConfig } from '#contract/config.ts'
import type { SessionOptions } from '../onnx/session.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import type { Values } from '../training/network.ts'
import { Predictor } from '../training/predictor.ts'
import type { MixtureEvaluator } from './sparing-evaluator.ts'

/**
 * What values mixtures with the batch-norm statistics that a configuration asks for. `calibrated`: `evaluator` as it is.
 * `batch`, as Shapley-NAS's public code: every mixture with the statistics that the samples at hand have under it, in two
 * passes. The trap: v(S) then depends on which samples, and how many, are valued together.
 */
export function withStatistics(
  { batchStatistics }: RunConfig['valuation'],
  evaluator: MixtureEvaluator,
  network: FusionNetwork,
  options: SessionOptions,
): MixtureEvaluator {
  if (batchStatistics === 'calibrated') return evaluator
  let known: { count: number; predictor: Predictor } | null = null
  const predictorFor = async (count: number): Promise<Predictor> => {
    if (known?.count !== count) {
      await known?.predictor.release()
      known = { count, predictor: await Predictor.create(network, { ...options, batchSize: count }) }
    }
    return known.predictor
  }
  return {
    async evaluate(state, inputs, count, mixtures, breathe) {
      const predictor = await predictorFor(count)
      const parts: Float32Array[] = []
      for (const mixture of mixtures) {
        const extra: Values = {
          mixture,
          ...(network.dictionaries.length > 0 && { 'dictionary-steps': state.steps }),
        }
        const statistics = await predictor.calibrate(state.weights, [inputs], extra)
        parts.push(await evaluator.evaluate({ ...state, statistics }, inputs, count, [mixture], breathe))
      }
      return joined(parts)
    },
    async release() {
      await Promise.all([evaluator.release(), known?.predictor.release()])
    },
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
