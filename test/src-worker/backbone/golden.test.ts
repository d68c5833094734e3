import { describe } from 'vitest'
import { backboneConfig } from '#contract/config.ts'
import type { BackboneNetwork } from '#worker/backbone/backbone.ts'
import { backboneNetwork } from '#worker/backbone/backbones/index.ts'
import { itTrainsAsInPyTorch, readGolden, type Golden } from '../../golden/golden-curve.ts'

/** What a golden file about a backbone says besides. */
interface GoldenBackbone extends Golden {
  name: 'cnn' | 'maxout'
  channels?: number[]
  units?: number[]
  pieces?: number
}

function networkOf({ name, channels, units, pieces, inputs, classes }: GoldenBackbone): BackboneNetwork {
  const sizes = name === 'cnn' ? { channels } : { units, pieces }
  const config = backboneConfig.parse({ kind: name, dropout: 0, ...sizes })
  return backboneNetwork(config, Object.values(inputs)[0], classes)
}

describe.each(['cnn', 'maxout'])('%s', (name) => {
  const golden = readGolden<GoldenBackbone>(name)
  itTrainsAsInPyTorch(golden, networkOf(golden))
})
