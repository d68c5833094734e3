import { afterAll, describe, expect, it } from 'vitest'
import {
  gemm,
  layerNorm,
  matmul,
  multiply,
  relu,
  reshape,
  softmax,
  transpose,
} from '#worker/graph/functions.ts'
import { stream } from '#worker/random.ts'
import { initialise, parametersOf } from '#worker/training/layout.ts'
import { torchLinear, type Network } from '#worker/training/network.ts'
import { initialState, Trainer, type TrainerOptions } from '#worker/training/trainer.ts'
import { extra, network, rows, samples } from './sample-network.ts'

const batchSize = 6
const weights = initialise(parametersOf(network), stream(1, 'initial'))
const released: Trainer[] = []

async function trainer(options: Partial<TrainerOptions> = {}, net: Network = network): Promise<Trainer> {
  const made = await Trainer.create(net, { batchSize, loss: 'cross-entropy', dropoutSeed: 3, ...options })
  made.state = initialState(net === network ? weights : new Float32Array(made.layout.weightCount))
  released.push(made)
  return made
}

afterAll(async () => {
  for (const made of released) await made.release()
})

function batches(steps: number, start = 0, learningRate = 1e-2) {
  const data = rows(samples(batchSize * 32), start * batchSize, steps * batchSize)
  return { ...data, learningRates: Array(steps).fill(learningRate), extra }
}

describe('training', () => {
  it('is the same bit for bit in one call of many steps, in single steps, and with a short last call', async () => {
    const eleven = { ...batches(11), learningRates: Array.from({ length: 11 }, (_, i) => 1e-2 / (i + 1)) }
    const together = await trainer({ steps: 11 })
    const { losses } = await together.train(eleven)
    for (const steps of [1, 4]) {
      const apart = await trainer({ steps })
      expect((await apart.train(eleven)).losses).toEqual(losses)
      expect(apart.state).toEqual(together.state)
    }
  })

  it('goes on from a saved state as if it had not stopped', async () => {
    const whole = await trainer()
    const { losses } = await whole.train(batches(10))
    const first = await trainer()
    await first.train(batches(6))
    const second = await trainer()
    second.state = structuredClone(first.state)
    expect((await second.train(batches(4, 6))).losses).toEqual(losses.slice(6))
    expect(second.state).toEqual(whole.state)
  })

  it('gives the same bits on one thread and on two, also where work is shared out', async () => {
    /** Large enough for ONNX Runtime to split products, sums, norms and elementwise work between threads. */
    const wide: Network = {
      inputs: { x: { shape: [16, 96] } },
      classes: 10,
      build(builder, { x }) {
        const hidden = builder.batchNorm('n', matmul(x, builder.parameter('a', [96, 160], torchLinear(96))))
        const scores = matmul(hidden, transpose(hidden, [0, 2, 1]))
        const weight = builder.parameter('lw', [16, 160], { kind: 'ones' })
        const bias = builder.parameter('lb', [16, 160], { kind: 'zeros' })
        const attended = layerNorm(matmul(softmax(multiply(scores, 0.1)), hidden), weight, bias, 2)
        const flat = reshape(builder.dropout(relu(attended), 0.1), [builder.batch, 2560])
        return matmul(flat, builder.parameter('c', [2560, 10], torchLinear(2560)))
      },
    }
    const random = stream(8, 'wide')
    const steps = 4
    const stacked = {
      inputs: { x: Float32Array.from({ length: steps * 32 * 16 * 96 }, () => random.normal()) },
      targets: Float32Array.from({ length: steps * 32 * 10 }, (_, i) => Number(i % 10 === (i / 10) % 7)),
      learningRates: Array(steps).fill(1e-2),
    }
    const states = []
    for (const threads of [1, 2]) {
      const made = await trainer({ threads, batchSize: 32 }, wide)
      made.state = initialState(initialise(parametersOf(wide), stream(1, 'initial')))
      await made.train(stacked)
      states.push(made.state)
    }
    expect(states[0].weights.every(Number.isFinite)).toBe(true)
    expect(states[1]).toEqual(states[0])
  })

  it('at a learning rate of zero moves no weight by more than a trace', async () => {
    const still = await trainer()
    await still.train(batches(3, 0, 0))
    const moves = still.state.weights.map((weight, i) => Math.abs(weight - weights[i]))
    expect(Math.max(...moves)).toBeLessThan(1e-28)
    expect(still.state.step).toBe(3)
  })

  it('depends on the seed of the dropout', async () => {
    const other = await trainer({ dropoutSeed: 4 })
    const usual = await trainer()
    expect((await other.train(batches(2))).losses).not.toEqual((await usual.train(batches(2))).losses)
  })

  it('learns a rule', async () => {
    const learner = await trainer({ weightDecay: 1e-4 })
    const mean = (losses: Float32Array) => losses.reduce((a, b) => a + b) / losses.length
    const first = mean((await learner.train(batches(32))).losses)
    for (let epoch = 0; epoch < 8; epoch++) await learner.train(batches(32))
    expect(mean((await learner.train(batches(32))).losses)).toBeLessThan(0.6 * first)
  })

  it('stops at a loss that is not finite, names the step and keeps the last good state', async () => {
    const careful = await trainer({ steps: 2 })
    const poisoned = batches(6)
    poisoned.inputs.image = poisoned.inputs.image.slice()
    poisoned.inputs.image[4 * batchSize * 20] = NaN
    await expect(careful.train(poisoned)).rejects.toMatchObject({
      code: 'training-diverged',
      where: 'step 5',
      detail: 'the loss is NaN; the minibatch holds such a number already, in image',
    })
    expect(careful.state.step).toBe(4)
    expect(careful.state.weights.every(Number.isFinite)).toBe(true)
  })

  it('names the operator in which a number that is not finite appears first', async () => {
    const hasty = await trainer({ name: 'the sample network', steps: 4 })
    const flooded = { ...hasty.state, weights: hasty.state.weights.slice() }
    const { offset } = hasty.layout.parameters.find(({ name }) => name === 'convolution/weight')!
    flooded.weights.fill(3e38, offset, offset + 90)
    hasty.state = flooded
    await expect(hasty.train(batches(1))).rejects.toMatchObject({
      where: 'the sample network, step 1',
      detail: expect.stringMatching(/it appears first in convolution, operator (MatMul|Gemm)$/),
    })
  })

  it('names the class scores where nothing before them is too large', async () => {
    const plain: Network = {
      inputs: { x: { shape: [1] } },
      classes: 2,
      build: (builder, { x }) => gemm(x, builder.parameter('w', [1, 2], { kind: 'ones' })),
    }
    const made = await trainer({ batchSize: 1 }, plain)
    made.state = initialState(Float32Array.of(1e38, 1))
    const step = {
      inputs: { x: Float32Array.of(1e30) },
      targets: Float32Array.of(0, 1),
      learningRates: [1e-2],
    }
    await expect(made.train(step)).rejects.toMatchObject({
      detail: expect.stringMatching(/it appears first in the class scores$/) as string,
    })
  })

  it('names the weights that an update has made not finite, also in the middle of a call', async () => {
    const burst = await trainer({ steps: 8 })
    const rates = batches(8)
    rates.learningRates = rates.learningRates.map((rate, i) => (i === 2 ? Infinity : rate))
    await expect(burst.train(rates)).rejects.toMatchObject({
      where: 'step 4',
      detail: expect.stringMatching(
        /the step before had led to such weights: convolution\/weight and \d+ more$/,
      ),
    })
    expect(burst.state.step).toBe(0)
  })

  it('refuses minibatches that are not full, and a missing extra input', async () => {
    const strict = await trainer()
    const short = batches(2)
    short.targets = short.targets.subarray(3)
    await expect(strict.train(short)).rejects.toThrow(/targets/)
    await expect(strict.train({ ...batches(1), extra: {} })).rejects.toThrow(/extra mix/)
  })
})

describe('the optimizer', () => {
  /** logits = 3w, one parameter a class, so that gradients are known. */
  const linear: Network = {
    inputs: { x: { shape: [1] } },
    classes: 2,
    build: (builder, { x }) => multiply(gemm(x, builder.parameter('w', [1, 2], { kind: 'ones' })), 3),
  }

  it('is Adam with the decay in the gradient, as PyTorch does it', async () => {
    const settings = { weightDecay: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 1e-3 }
    const made = await trainer({ ...settings, loss: 'binary-cross-entropy', batchSize: 2 }, linear)
    const start = [0.3, -0.2]
    made.state = initialState(Float32Array.from(start))
    const x = [0.5, -1, 2, 0.25, 1, 1, -0.5, 3]
    const targets = [1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1]
    const rates = [0.1, 0.05, 0.2, 0.1]
    await made.train({
      inputs: { x: Float32Array.from(x) },
      targets: Float32Array.from(targets),
      learningRates: rates,
    })

    const [w, m, v] = [[...start], [0, 0], [0, 0]]
    rates.forEach((rate, t) => {
      for (const k of [0, 1]) {
        let g = settings.weightDecay * w[k]
        for (const row of [0, 1]) {
          const logit = 3 * x[2 * t + row] * w[k]
          g += ((1 / (1 + Math.exp(-logit)) - targets[4 * t + 2 * row + k]) * 3 * x[2 * t + row]) / 4
        }
        m[k] = settings.beta1 * m[k] + (1 - settings.beta1) * g
        v[k] = settings.beta2 * v[k] + (1 - settings.beta2) * g * g
        const mean = m[k] / (1 - settings.beta1 ** (t + 1))
        const deviation = Math.sqrt(v[k] / (1 - settings.beta2 ** (t + 1)))
        w[k] -= (rate * mean) / (deviation + settings.epsilon)
      }
    })
    made.state.weights.forEach((value, k) => expect(value).toBeCloseTo(w[k], 5))
    made.state.v.forEach((value, k) => expect(value * (1 - settings.beta2)).toBeCloseTo(v[k], 5))
  })
})
