import { expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { InputGradient } from '#worker/training/input-gradient.ts'
import { initialise, parametersOf } from '#worker/training/layout.ts'
import { lossByTask } from '#worker/training/step-graph.ts'
import { network, samples } from './sample-network.ts'

it.each(Object.values(lossByTask))('agrees with finite differences of the loss (%s)', async (loss) => {
  const weights = initialise(parametersOf(network), stream(1, 'initial'))
  const { inputs, targets } = samples(8)
  const made = await InputGradient.create(network, { batchSize: 8, loss, wrt: ['mix'] })
  const lossAt = async (mix: number[]) =>
    (await made.run(weights, inputs, targets, { mix: Float32Array.from(mix) })).loss
  const mix = [0.6, 0.4]
  const { gradients } = await made.run(weights, inputs, targets, { mix: Float32Array.from(mix) })
  const step = 1 / 64
  for (const i of [0, 1]) {
    const moved = (delta: number) => mix.map((value, j) => (j === i ? value + delta : value))
    const slope = ((await lossAt(moved(step))) - (await lossAt(moved(-step)))) / (2 * step)
    expect(gradients['mix'][i]).toBeCloseTo(slope, 3)
    expect(Math.abs(slope)).toBeGreaterThan(1e-2)
  }
  await made.release()
})
