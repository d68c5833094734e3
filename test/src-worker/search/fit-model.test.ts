import { afterEach, expect, it, vi } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { tableInMemory } from '#worker/backbone/feature-table.ts'
import { matmul, relu, reshape } from '#worker/graph/functions.ts'
import { stream } from '#worker/random.ts'
import type { FeatureNetwork } from '#worker/search/feature-answers.ts'
import type { FeatureSet } from '#worker/search/feature-set.ts'
import { fitModel } from '#worker/search/fit-model.ts'
import { torchLinear } from '#worker/training/network.ts'
import { Predictor } from '#worker/training/predictor.ts'
import { Trainer } from '#worker/training/trainer.ts'

const count = 256
const classes = 4
const random = stream(3, 'sorted samples')
/** One number a sample, class after class, as tables and folders hold them. */
const values = Float32Array.from(
  { length: count },
  (_, i) => Math.floor((classes * i) / count) ** 2 + random.normal(),
)
const indices = Array.from({ length: count }, (_, i) => i)
const set: FeatureSet = {
  length: 1,
  features: [{ id: 'a.0', modality: 'a', tap: 'tap', channels: 1 }],
  values: { 'a.0': tableInMemory(values, count) },
  variants: [],
  task: 'single-label',
  labels: indices.map((i) => [Math.floor((classes * i) / count)]),
  classes: ['a', 'b', 'c', 'd'],
  splits: { train: indices, validation: indices.slice(0, 9), test: indices.slice(-9) },
}

/** A batch norm behind another. */
const network: FeatureNetwork = {
  inputs: { 'a.0': { shape: [1, 1] } },
  classes,
  build(builder, inputs) {
    const x = reshape(inputs['a.0'], [builder.batch, 1])
    const hidden = builder.batchNorm('second', relu(builder.batchNorm('first', x)))
    return matmul(hidden, builder.parameter('w', [1, classes], torchLinear(1)))
  },
}

afterEach(() => void vi.restoreAllMocks())

const fit = (training: object) =>
  fitModel(
    {
      name: 'two norms',
      repetition: 0,
      network,
      set,
      config: parseRunConfig({ dataset: { kind: 'emoji8' }, threads: 1, training }, 'test'),
      device: 'cpu',
    },
    { onEpoch: async () => {}, breathe: async () => {} },
  )

const momentsOf = (numbers: readonly number[]) => {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
  return { mean, variance: numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length }
}

it('finds the statistics of batch norms that inference meets, though samples stand class after class', async () => {
  const still = { epochs: 1, learningRate: 1e-20, minLearningRate: 0 }
  const { statistics } = await fit(still)
  const first = momentsOf([...values])
  expect(statistics[0]).toBeCloseTo(first.mean, 3)
  expect(statistics[1] / first.variance).toBeCloseTo(1, 3)
  const hidden = [...values].map((x) => Math.max(0, (x - first.mean) / Math.sqrt(first.variance)))
  const second = momentsOf(hidden)
  expect(Math.abs(statistics[2] - second.mean)).toBeLessThan(0.05)
  expect(Math.abs(statistics[3] / second.variance - 1)).toBeLessThan(0.1)
})

it('refuses to score answers that are not finite, though the last loss was', async () => {
  const error = await fit({ epochs: 1, batchSize: count, learningRate: 1e38, minLearningRate: 1e38 }).catch(
    (e: unknown) => e,
  )
  expect(error).toMatchObject({ code: 'training-diverged' })
})

it('lets go of what it has loaded when the rest cannot be', async () => {
  const released = vi.spyOn(Trainer.prototype, 'release')
  vi.spyOn(Predictor, 'create').mockRejectedValue(new Error('no memory'))
  await expect(fit({ epochs: 1 })).rejects.toThrow('no memory')
  expect(released).toHaveBeenCalledOnce()
})
