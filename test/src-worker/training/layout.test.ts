import { describe, expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { initialise, layoutOf, parametersOf, statisticsOf } from '#worker/training/layout.ts'
import { heUniform, type Initial, type Network } from '#worker/training/network.ts'
import { network } from './sample-network.ts'

describe('the layout of a network', () => {
  it('lists parameters and statistics in the order of building, without gaps', () => {
    const layout = layoutOf(network)
    expect(parametersOf(network)).toEqual(layout.parameters)
    expect(statisticsOf(network)).toEqual(layout.statistics)
    expect(layout.parameters.map(({ name, offset }) => [name, offset])).toEqual([
      ['convolution/weight', 0],
      ['convolution/norm/weight', 90],
      ['convolution/norm/bias', 96],
      ['embedding/weight', 102],
      ['embedding/norm/weight', 120],
      ['embedding/norm/bias', 126],
      ['classifier/weight', 132],
      ['classifier/bias', 204],
    ])
    expect(layout.weightCount).toBe(207)
    expect(layout.statistics.map(({ name, offset }) => [name, offset])).toEqual([
      ['convolution/norm', 0],
      ['embedding/norm', 12],
    ])
    expect(layout.extras).toEqual([{ name: 'mix', shape: [2] }])
    expect(layoutOf(network, 3).dropouts).toEqual([
      { count: 72, rate: 0.25 },
      { count: 72, rate: 0.5 },
    ])
  })

  it('refuses two parameters of one name', () => {
    const twice: Network = {
      inputs: { x: { shape: [2] } },
      classes: 2,
      build(builder, { x }) {
        builder.parameter('w', [2, 2], { kind: 'zeros' })
        builder.parameter('w', [2, 2], { kind: 'zeros' })
        return x
      },
    }
    expect(() => layoutOf(twice)).toThrow(/two parameters are named w/)
  })
})

describe('initial weights', () => {
  const draw = (initial: Initial) =>
    initialise([{ name: 'w', shape: [100, 100], initial, offset: 0 }], stream(1, 'initial'))
  const deviation = (values: Float32Array) =>
    Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)

  it('have the spread that they ask for', () => {
    expect(deviation(draw({ kind: 'normal', deviation: 0.3 }))).toBeCloseTo(0.3, 1)
    const uniform = draw(heUniform(24))
    expect(Math.max(...uniform)).toBeLessThanOrEqual(0.5)
    expect(Math.max(...uniform)).toBeGreaterThan(0.49)
    expect(deviation(uniform)).toBeCloseTo(0.5 / Math.sqrt(3), 2)
    expect(draw({ kind: 'ones' })[9999]).toBe(1)
    expect(draw({ kind: 'zeros' })[9999]).toBe(0)
  })

  it('are the same for the same seed and others for another', () => {
    const weights = (seed: number) => initialise(parametersOf(network), stream(seed, 'initial'))
    expect(weights(1)).toEqual(weights(1))
    expect(weights(1)).not.toEqual(weights(2))
  })
})
