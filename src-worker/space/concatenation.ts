import { Problem } from '#contract/problem.ts'
import { concat, relu, reshape } from '../graph/functions.ts'
import { layoutOf } from '../training/layout.ts'
import type { Network } from '../training/network.ts'
import { inputsOf, reshapeFeature } from './fusion.ts'
import { affine } from './layers.ts'
import type { FusionSpace } from './space.ts'

/** The sizes of a concatenation network that may be chosen to meet a number of parameters. */
export interface ConcatenationSize {
  /** Channels of each feature after its reshape layer. */
  readonly channels: number
  /** Units of the hidden layer. */
  readonly width: number
}

/**
 * The baseline that every fusion must beat: each feature through its reshape layer, all positions of all of them side
 * by side, one hidden layer (linear, batch norm, ReLU, dropout), class scores.
 */
export function concatenationNetwork(space: FusionSpace, classes: number, size: ConcatenationSize): Network {
  const config = { ...space.config, channels: size.channels }
  const sized: FusionSpace = { ...space, config }
  return {
    inputs: inputsOf(sized, space.features),
    classes,
    build(builder, inputs) {
      const flat = space.features.map(({ id }) => {
        const feature = reshapeFeature(builder, sized, id, inputs[id])
        const [batch, length, channels] = feature.shape
        return reshape(feature, [batch, length * channels])
      })
      return builder.scope('head', () => {
        const hidden = affine(builder, 'hidden', concat(flat, 1), size.width)
        const active = builder.dropout(relu(builder.batchNorm('hidden/norm', hidden)), config.dropout)
        return affine(builder, 'head', active, classes)
      })
    },
  }
}

/**
 * The size whose network has about a target number of parameters: the most channels, up to the space's own, that leave
 * the hidden layer as wide as the space has channels. A narrower one would be a bottleneck, and the baseline easy to
 * beat; only where no size leaves that width does the widest one count.
 * @throws Problem `bad-configuration` when no network is within 10 % of the target.
 */
export function sizeForParameters(space: FusionSpace, classes: number, target: number): ConcatenationSize {
  const most = space.config.channels
  const sizes = Array.from({ length: most }, (_, i) => most - i)
    .map((channels) => sizeOfChannels(space, classes, channels, target))
    .filter((size) => size !== null)
  if (sizes.length === 0)
    throw new Problem('bad-configuration', 'concatenation', `no size has about ${target} parameters`)
  const wide = sizes.find(({ width }) => width >= most)
  return wide ?? sizes.reduce((widest, size) => (size.width > widest.width ? size : widest))
}

/** The size of so many channels whose parameters are nearest to the target; null when they are 10 % off. */
function sizeOfChannels(
  space: FusionSpace,
  classes: number,
  channels: number,
  target: number,
): ConcatenationSize | null {
  const count = (width: number) =>
    layoutOf(concatenationNetwork(space, classes, { channels, width })).weightCount
  const perUnit = count(2) - count(1)
  const fixed = count(1) - perUnit
  const width = Math.max(1, Math.round((target - fixed) / perUnit))
  return Math.abs(fixed + width * perUnit - target) <= 0.1 * target ? { channels, width } : null
}
