import { expect, it } from 'vitest'
import { expand, multiply, reduceMean, reshape } from '#worker/graph/functions.ts'
import { maskOffsets, maskPools } from '#worker/training/dropout.ts'
import type { Network } from '#worker/training/network.ts'
import { initialState, Trainer } from '#worker/training/trainer.ts'

const dropouts = [
  { count: 300, rate: 0.25 },
  { count: 700_000, rate: 0.5 },
  { count: 50, rate: 0.25 },
]

it('a pool of zeros and ones keeps the right share, and holds twice the longest mask', () => {
  const pools = maskPools(dropouts, 9)
  expect(pools.map(({ rate }) => rate)).toEqual([0.25, 0.5])
  expect(pools[1].values.length).toBe(1_400_000)
  for (const { rate, values } of pools) {
    const dropped = values.reduce((count, value) => count + Number(value === 0), 0) / values.length
    const sigma = Math.sqrt((rate * (1 - rate)) / values.length)
    expect(Math.abs(dropped - rate)).toBeLessThan(5 * sigma)
    expect(values.every((value) => value === 0 || value === 1)).toBe(true)
  }
})

it('a mask as long as its pool begins at its beginning', () => {
  const whole = [{ count: 4, rate: 0.5 }]
  const pools = [{ rate: 0.5, values: new Float32Array(4) }]
  for (let step = 1; step <= 50; step++) expect(maskOffsets(whole, pools, 9, step)).toEqual([0])
})

it('offsets stay inside their pools, differ between steps, and depend on seed and step alone', () => {
  const pools = maskPools(dropouts, 9)
  const seen = new Set<string>()
  for (let step = 1; step <= 200; step++) {
    const offsets = maskOffsets(dropouts, pools, 9, step)
    seen.add(offsets.join())
    offsets.forEach((offset, i) => {
      const pool = pools.find(({ rate }) => rate === dropouts[i].rate)!
      expect(offset + dropouts[i].count).toBeLessThanOrEqual(pool.values.length)
    })
  }
  expect(seen.size).toBe(200)
  expect(maskOffsets(dropouts, pools, 9, 7)).toEqual(maskOffsets(dropouts, pools, 9, 7))
})

it('inside a training step the masks drop the right share, differently each step', async () => {
  const rate = 0.25
  /** The mean of a dropped-out one over 10,000 places is the logit; with target 0 the loss is ln(1 + e^logit). */
  const probe: Network = {
    inputs: { x: { shape: [1] } },
    classes: 1,
    build(builder, { x }) {
      const weight = builder.parameter('w', [1], { kind: 'ones' })
      const many = builder.dropout(expand(reshape(x, [builder.batch, 1]), [builder.batch, 10_000]), rate)
      return multiply(reduceMean(many, [1], { keepDims: true }), weight)
    },
  }
  const trainer = await Trainer.create(probe, { batchSize: 1, loss: 'binary-cross-entropy', dropoutSeed: 3 })
  trainer.state = initialState(Float32Array.of(1))
  const steps = 24
  const { losses } = await trainer.train({
    inputs: { x: new Float32Array(steps).fill(1) },
    targets: new Float32Array(steps),
    learningRates: Array(steps).fill(0),
  })
  await trainer.release()
  const means = Array.from(losses, (loss) => Math.log(Math.exp(loss) - 1))
  const sigma = Math.sqrt(rate / (1 - rate) / 10_000)
  for (const mean of means) expect(Math.abs(mean - 1)).toBeLessThan(5 * sigma)
  expect(new Set(means).size).toBeGreaterThan(steps / 2)
})
