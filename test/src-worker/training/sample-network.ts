import {
  add,
  im2col1d,
  layerNorm,
  matmul,
  multiply,
  relu,
  reshape,
  sigmoid,
  split,
} from '#worker/graph/functions.ts'
import { stream } from '#worker/random.ts'
import { torchLinear, type Network } from '#worker/training/network.ts'

/** A small network with all that a network can declare: extra inputs, batch norms, dropouts, taps. */
export const network: Network = {
  inputs: { image: { shape: [4, 5] }, text: { shape: [3] } },
  classes: 3,
  build(builder, { image, text }) {
    const [first, second] = split(builder.input('mix', [2]), [1, 1], 0)
    const convolved = builder.scope('convolution', () => {
      const weight = builder.parameter('convolution/weight', [15, 6], torchLinear(15))
      return relu(builder.batchNorm('convolution/norm', matmul(im2col1d(image, 3), weight)))
    })
    const embedded = builder.scope('embedding', () => {
      const weight = builder.parameter('embedding/weight', [3, 6], torchLinear(3))
      return relu(builder.batchNorm('embedding/norm', matmul(text, weight)))
    })
    const mixed = builder.scope('mix', () => {
      const wide = reshape(embedded, [builder.batch, 1, 6])
      const both = add(multiply(convolved, first), multiply(sigmoid(wide), second))
      return builder.dropout(layerNorm(both, undefined, undefined, 2), 0.25)
    })
    const weight = builder.parameter('classifier/weight', [24, 3], torchLinear(24))
    const bias = builder.parameter('classifier/bias', [3], torchLinear(24))
    const features = builder.dropout(reshape(mixed, [builder.batch, 24]), 0.5)
    return { logits: matmul(features, weight, bias), taps: { embedded, mixed } }
  },
}

export const extra = { mix: Float32Array.of(0.6, 0.4) }

/** Samples whose class is told by the sign of two numbers, one of each input. */
export function samples(count: number, seed = 5) {
  const random = stream(seed, 'samples')
  const normals = (length: number) => Float32Array.from({ length }, () => random.normal())
  const inputs = { image: normals(count * 20), text: normals(count * 3) }
  const targets = new Float32Array(count * 3)
  for (let i = 0; i < count; i++) {
    const label = inputs.image[i * 20] > 0 ? 0 : inputs.text[i * 3] > 0 ? 1 : 2
    targets[i * 3 + label] = 1
  }
  return { inputs, targets }
}

/** Rows start … start + count − 1 of samples. */
export function rows(data: ReturnType<typeof samples>, start: number, count: number) {
  return {
    inputs: {
      image: data.inputs.image.subarray(start * 20, (start + count) * 20),
      text: data.inputs.text.subarray(start * 3, (start + count) * 3),
    },
    targets: data.targets.subarray(start * 3, (start + count) * 3),
  }
}
