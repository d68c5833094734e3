import { Problem } from '#contract/problem.ts'
import { adaptiveMaxPool2d, expand, reshape } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'

/**
 * A tapped tensor as a sequence for the fusion: an image tap [batch, height, width, channels] by adaptive max pool to a
 * grid of √length × √length, a vector tap [batch, channels] repeated; both become [batch, length, channels] (BM-NAS's
 * code). What is pooled already [batch, length, channels] stays. Throws `bad-configuration` when an image meets a length that is no square.
 */
export function poolTap(tap: Tensor, length: number): Tensor {
  const [batch, ...sample] = tap.shape
  const channels = sample[sample.length - 1]
  if (sample.length === 1) return expand(reshape(tap, [batch, 1, channels]), [batch, length, channels])
  if (sample.length === 2 && sample[0] === length) return tap
  return reshape(adaptiveMaxPool2d(tap, gridSide(length)), [batch, length, channels])
}

/** Positions along one side of the grid. Throws `bad-configuration` when the length is no square. */
export function gridSide(length: number): number {
  const side = Math.round(Math.sqrt(length))
  if (side * side === length) return side
  throw new Problem(
    'bad-configuration',
    'space.length',
    `an image becomes a square grid, and ${length} is no square (1, 4, 9, 16, …)`,
  )
}
