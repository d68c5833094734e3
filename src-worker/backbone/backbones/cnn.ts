import { convolve3x3, gemm, maxPool2x2, reduceMean, relu } from '../../graph/functions.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { torchLinear, type Builder } from '../../training/network.ts'
import { defineBackbone, requireRank, type Tap } from '../backbone.ts'

/**
 * VGG-style network for images [batch, height, width, 3]. Stages of 3×3 convolution (no bias) → batch norm → ReLU →
 * 2×2 max pool, then the mean over positions → dropout → linear. Taps: every stage's output `stage{i}`
 * [batch, height, width, channels]. A side of 1 is pooled no further, so every depth suits every image; an odd last
 * row or column is dropped by the pool.
 *
 * Weights: `conv{i}/w` [9 · in, out] with row (ky · 3 + kx) · in + c, `conv{i}/norm`, `head/w` [channels, classes],
 * `head/b`.
 */
export const cnn = defineBackbone({
  kind: 'cnn',
  input: 'image',
  network: (config, shape, classes) => {
    requireRank('cnn', shape, 3)
    const taps = stageShapes(shape, config.channels)
    return {
      input: 'image',
      inputs: { image: { shape } },
      classes,
      taps,
      build: (builder, { image }) => {
        const tapped: Record<string, Tensor> = {}
        let x = image
        taps.forEach((tap, i) => {
          x = builder.scope(tap.name, () => convolve(builder, `conv${i}`, x, tap.shape[2]))
          tapped[tap.name] = x
        })
        const logits = builder.scope('head', () => {
          const features = builder.dropout(reduceMean(x, [1, 2]), config.dropout)
          const inputs = features.shape[1]
          return gemm(features, builder.parameter('head/w', [inputs, classes], torchLinear(inputs)), {
            bias: builder.parameter('head/b', [classes], torchLinear(inputs)),
          })
        })
        return { logits, taps: tapped }
      },
    }
  },
})

/** One stage. The pool comes before the ReLU, which it commutes with, and leaves it a quarter of the elements. */
function convolve(builder: Builder, name: string, x: Tensor, channels: number): Tensor {
  const rows = 9 * x.shape[3]
  const weight = builder.parameter(`${name}/w`, [rows, channels], torchLinear(rows))
  const y = builder.batchNorm(`${name}/norm`, convolve3x3(x, weight))
  return relu(isPooled(x.shape[1], x.shape[2]) ? maxPool2x2(y) : y)
}

function stageShapes([height, width]: readonly number[], channels: readonly number[]): Tap[] {
  return channels.map((depth, i) => {
    if (isPooled(height, width)) {
      height = Math.floor(height / 2)
      width = Math.floor(width / 2)
    }
    return { name: `stage${i}`, shape: [height, width, depth] }
  })
}

function isPooled(height: number, width: number): boolean {
  return height >= 2 && width >= 2
}
