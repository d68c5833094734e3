import { describe, expect, it } from 'vitest'
import { backboneConfig } from '#contract/config.ts'
import { backboneNetwork } from '#worker/backbone/backbones/index.ts'
import { layoutOf } from '#worker/training/layout.ts'

const config = (channels: number[]) => backboneConfig.parse({ kind: 'cnn', channels })

describe('cnn', () => {
  it.each([
    { shape: [12, 12, 3], sides: '6×6 3×3 1×1 1×1 1×1 1×1' },
    { shape: [13, 13, 3], sides: '6×6 3×3 1×1 1×1 1×1 1×1' },
    { shape: [47, 21, 3], sides: '23×10 11×5 5×2 2×1 2×1 2×1' },
    { shape: [48, 48, 3], sides: '24×24 12×12 6×6 3×3 1×1 1×1' },
  ])('taps every stage of images $shape', ({ shape, sides }) => {
    const network = backboneNetwork(config([2, 3, 4, 5, 6, 7]), shape, 5)
    const expected = sides.split(' ').map((side, i) => [`stage${i}`, [...side.split('×').map(Number), i + 2]])
    expect(network.taps.map(({ name, shape }) => [name, shape])).toEqual(expected)
    const built = Object.entries(layoutOf(network, 3).taps)
    expect(built).toEqual(expected.map(([name, side]) => [name, [3, ...side]]))
  })

  it('names its weights by stage', () => {
    const { parameters } = layoutOf(backboneNetwork(config([4, 6]), [12, 12, 3], 5))
    expect(parameters.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
      'conv0/w 27,4',
      'conv0/norm/weight 4',
      'conv0/norm/bias 4',
      'conv1/w 36,6',
      'conv1/norm/weight 6',
      'conv1/norm/bias 6',
      'head/w 6,5',
      'head/b 5',
    ])
  })

  it('refuses vectors', () => {
    expect(() => backboneNetwork(config([4, 6]), [12], 5)).toThrow(
      expect.objectContaining({ code: 'bad-configuration' }),
    )
  })
})
