import { describe, expect, it } from 'vitest'
import { parseRunConfig, type RunConfigInput } from '#contract/config.ts'
import type { Dataset } from '#worker/dataset/dataset.ts'
import { featureBytes } from '#worker/estimate/features.ts'
import { amountsOf } from '#worker/estimate/machine.ts'
import type { ModalityPlan } from '#worker/run/networks.ts'
import { smallSpace } from '../space/fixtures.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const dataset = {
  samples: range(0, 1000),
  splits: { train: range(0, 600), validation: range(600, 800), test: range(800, 1000) },
} as unknown as Dataset

const modality = (name: string, channels: number, frozen: object | null) =>
  ({
    name,
    features: [{ channels }],
    frozen,
    config: { epochs: 3, batchSize: 16 },
  }) as unknown as ModalityPlan
const modalities = [modality('image', 10, null), modality('text', 5, {})]

const configOf = (changes: Partial<RunConfigInput> = {}) =>
  parseRunConfig({ dataset: { kind: 'emoji8' }, ...changes }, 'test')

describe('bytes of features', () => {
  it('has variants of what training has seen, and none of what a file has read', () => {
    const config = configOf({ featureVariants: 2, space: { length: 4 } })
    const image = 4 * (1000 + 2 * 600) * 4 * 10
    const text = 4 * 1000 * 4 * 5
    expect(featureBytes(config, dataset, modalities).stored).toBe(image + text)
  })

  it('holds what fits into the memory, modality after modality', () => {
    const config = configOf({ featureVariants: 0, featureMemory: 1, space: { length: 4 } })
    const wide = [modality('image', 100, null), modality('text', 5, {})]
    expect(featureBytes(config, dataset, wide)).toEqual({ stored: 1_680_000, held: 80_000 })
  })
})

describe('what a run does', () => {
  const amounts = (changes: Partial<RunConfigInput>) =>
    amountsOf(configOf(changes), dataset, modalities, smallSpace())

  it('scores a genotype an epoch; random scores as many more at its end as cost what the guided search spends', async () => {
    const valuation = { batchSize: 128, samplesNormal: 4, samplesSparse: 4, budgetWarmup: 2 }
    const guided = await amounts({ valuation, search: { epochs: 6 } })
    expect(guided.scores).toBe(6)
    const random = await amounts({ valuation, search: { epochs: 6, strategy: 'random' } })
    // a score reads 512 samples for a calibration and the validation split
    const bought = Math.floor((6 * guided.evaluations.first * 128) / (512 + 200))
    expect(bought).toBeGreaterThan(10)
    expect(random.scores).toBe(5 + bought)
    const noise = await amounts({ valuation, search: { epochs: 6, strategy: 'noise' } })
    expect(noise).toMatchObject({ scores: 6, evaluations: { first: 0, later: 0 } })
  })
})
