import { afterAll, describe, expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { initialise, parametersOf } from '#worker/training/layout.ts'
import { Predictor, type PredictorOptions } from '#worker/training/predictor.ts'
import { extra, network, rows, samples } from './sample-network.ts'

const weights = initialise(parametersOf(network), stream(1, 'initial'))
const data = samples(24)
const released: Predictor[] = []

async function predictor(options: Partial<PredictorOptions> = {}): Promise<Predictor> {
  const made = await Predictor.create(network, { batchSize: 8, ...options })
  released.push(made)
  return made
}

afterAll(async () => {
  for (const made of released) await made.release()
})

const batches = (size: number) =>
  Array.from({ length: 24 / size }, (_, i) => rows(data, i * size, size).inputs)

describe('prediction', () => {
  it('gives the same logits at any batch size, also when the last batch is padded', async () => {
    const eight = await predictor()
    const statistics = await eight.calibrate(weights, batches(8), extra)
    const expected = await eight.predict(weights, statistics, data.inputs, 24, extra)
    expect(expected.length).toBe(24 * 3)
    for (const batchSize of [1, 5, 24, 100]) {
      const logits = await (
        await predictor({ batchSize })
      ).predict(weights, statistics, data.inputs, 24, extra)
      logits.forEach((logit, i) => expect(logit).toBeCloseTo(expected[i], 5))
    }
  })

  it('does not see what else is in the batch', async () => {
    const made = await predictor()
    const statistics = await made.calibrate(weights, batches(8), extra)
    const all = await made.predict(weights, statistics, data.inputs, 24, extra)
    const few = await made.predict(weights, statistics, rows(data, 3, 5).inputs, 5, extra)
    few.forEach((logit, i) => expect(logit).toBeCloseTo(all[9 + i], 5))
  })

  it('refuses answers that are not finite and names the first sample', async () => {
    const made = await predictor()
    const statistics = await made.calibrate(weights, batches(8), extra)
    const inputs = { ...data.inputs, text: data.inputs.text.slice() }
    inputs.text[10 * 3] = NaN
    await expect(made.predict(weights, statistics, inputs, 24, extra)).rejects.toMatchObject({
      code: 'training-diverged',
      detail: expect.stringContaining('sample 11 of 24') as string,
    })
  })

  it('puts out taps, cut to the samples', async () => {
    const made = await predictor({ taps: ['embedded', 'mixed'] })
    const statistics = await made.calibrate(weights, batches(8), extra)
    const { taps, logits } = await made.predictWithTaps(weights, statistics, data.inputs, 11, extra)
    expect(logits.length).toBe(33)
    expect(taps['embedded'].length).toBe(11 * 6)
    expect(taps['mixed'].length).toBe(11 * 4 * 6)
    const rest = await made.predictWithTaps(weights, statistics, rows(data, 8, 3).inputs, 3, extra)
    rest.taps['embedded'].forEach((x, i) => expect(x).toBeCloseTo(taps['embedded'][8 * 6 + i], 5))
  })

  it('refuses a tap that the network does not have, and too few numbers', async () => {
    await expect(predictor({ taps: ['nowhere'] })).rejects.toThrow(/tap nowhere/)
    const made = await predictor()
    const statistics = new Float32Array(made.layout.statisticsCount).fill(1)
    await expect(made.predict(weights, statistics, data.inputs, 25, extra)).rejects.toThrow(/input image/)
  })
})

describe('calibration', () => {
  /** Mean and biased variance over all 24 samples of the text layer before its norm, in double precision. */
  function expectedOf(channel: number) {
    const offset = 102
    const values = Array.from({ length: 24 }, (_, i) => {
      let sum = 0
      for (let k = 0; k < 3; k++) sum += data.inputs.text[i * 3 + k] * weights[offset + k * 6 + channel]
      return sum
    })
    const mean = values.reduce((a, b) => a + b) / 24
    return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / 24 }
  }

  it.each([24, 8, 3])('pools mean and variance exactly over batches of %i', async (batchSize) => {
    const statistics = await (await predictor({ batchSize })).calibrate(weights, batches(batchSize), extra)
    for (let channel = 0; channel < 6; channel++) {
      const { mean, variance } = expectedOf(channel)
      expect(statistics[12 + channel]).toBeCloseTo(mean, 5)
      expect(statistics[18 + channel]).toBeCloseTo(variance, 5)
    }
  })

  it('refuses batches that are not full', async () => {
    const made = await predictor()
    await expect(made.calibrate(weights, [rows(data, 0, 7).inputs], extra)).rejects.toThrow(/input image/)
    await expect(made.calibrate(weights, [], extra)).rejects.toThrow(/no batch/)
  })
})
