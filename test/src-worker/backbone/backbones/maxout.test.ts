import { describe, expect, it } from 'vitest'
import { backboneConfig } from '#contract/config.ts'
import { backboneNetwork } from '#worker/backbone/backbones/index.ts'
import { layoutOf } from '#worker/training/layout.ts'

const config = backboneConfig.parse({ kind: 'maxout', units: [6, 4], pieces: 3 })

describe('maxout', () => {
  it('taps every layer and names its weights by layer', () => {
    const network = backboneNetwork(config, [9], 5)
    const layout = layoutOf(network, 7)
    expect(network.taps).toEqual([
      { name: 'layer0', shape: [6] },
      { name: 'layer1', shape: [4] },
    ])
    expect(layout.taps).toEqual({ layer0: [7, 6], layer1: [7, 4] })
    expect(layout.parameters.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
      'maxout0/w 9,18',
      'maxout0/b 18',
      'maxout1/w 6,12',
      'maxout1/b 12',
      'head/w 4,5',
      'head/b 5',
    ])
  })

  it('refuses images', () => {
    expect(() => backboneNetwork(config, [12, 12, 3], 5)).toThrow(
      expect.objectContaining({ code: 'bad-configuration' }),
    )
  })
})
