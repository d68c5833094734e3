import { describe, expect, it } from 'vitest'
import { layoutOf } from '#worker/training/layout.ts'
import { concatenationNetwork, sizeForParameters } from '#worker/space/concatenation.ts'
import { costOf } from '#worker/training/cost.ts'
import { derivedNetwork } from '#worker/space/derived.ts'
import { smallSpace } from '../space/fixtures.ts'

describe('cost', () => {
  it('of a concatenation, counted by hand', () => {
    // Features of 5, 6, 7 channels on 3 positions, 4 channels, width 10, 2 classes.
    const { parameters, multiplyAdds } = costOf(
      concatenationNetwork(smallSpace(), 2, { channels: 4, width: 10 }),
    )
    expect(parameters).toBe((5 + 6 + 7) * 4 + 3 * 3 * 4 + 36 * 10 + 3 * 10 + 10 * 2 + 2)
    expect(multiplyAdds).toBe(3 * (5 + 6 + 7) * 4 + 36 * 10 + 10 * 2)
  })

  it('of attention counts the products of queries, keys and values', () => {
    const genotype = {
      space: 'bm-nas' as const,
      cells: [
        {
          inputs: ['m.0', 'm.1'] as [string, string],
          nodes: [{ operation: 'scale_dot_attention' as const, inputs: ['x', 'y'] as [string, string] }],
        },
      ],
    }
    const { parameters, multiplyAdds } = costOf(
      derivedNetwork(smallSpace({ name: 'bm-nas', cells: 1 }), genotype, 2),
    )
    expect(parameters).toBe((5 + 6) * 4 + 2 * 3 * 4 + 3 * (2 * 12) + 12 * 2 + 2)
    expect(multiplyAdds).toBe(3 * (5 + 6) * 4 + 2 * (3 * 3 * 4) + 12 * 2)
  })
})

describe('the concatenation baseline', () => {
  it.each([900, 2000, 50_000, 300])('has about %i parameters when asked', (target) => {
    const network = concatenationNetwork(smallSpace(), 2, sizeForParameters(smallSpace(), 2, target))
    const { weightCount } = layoutOf(network)
    expect(Math.abs(weightCount - target)).toBeLessThanOrEqual(0.1 * target)
  })

  it('keeps the channels of the space when these leave room', () => {
    expect(sizeForParameters(smallSpace(), 2, 2000)).toMatchObject({ channels: 4 })
    const small = sizeForParameters(smallSpace(), 2, 150)
    expect(small.channels).toBeLessThan(4)
    expect(small.width).toBeGreaterThanOrEqual(4)
  })

  it('says so when no size fits', () => {
    expect(() => sizeForParameters(smallSpace(), 2, 20)).toThrow('20 parameters')
  })
})
