import { gemm, reduceMax, reshape } from '../../graph/functions.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { torchLinear, type Builder } from '../../training/network.ts'
import { defineBackbone, requireRank } from '../backbone.ts'

/**
 * Maxout network for vectors [batch, length], such as the n-gram weights of a text. Layers y = max over pieces of
 * (x·w + b), then dropout → linear. Taps: every layer's output `layer{i}` [batch, units].
 *
 * Weights: `maxout{i}/w` [in, units · pieces] with column unit · pieces + piece, `maxout{i}/b`, `head/w`
 * [units, classes], `head/b`.
 */
export const maxout = defineBackbone({
  kind: 'maxout',
  input: 'vector',
  network: (config, shape, classes) => {
    requireRank('maxout', shape, 1)
    const taps = config.units.map((units, i) => ({ name: `layer${i}`, shape: [units] }))
    return {
      input: 'vector',
      inputs: { vector: { shape } },
      classes,
      taps,
      build: (builder, { vector }) => {
        const tapped: Record<string, Tensor> = {}
        let x = vector
        taps.forEach(({ name, shape: [units] }, i) => {
          x = builder.scope(name, () => {
            const y = connect(builder, `maxout${i}`, x, units * config.pieces)
            return reduceMax(reshape(y, [builder.batch, units, config.pieces]), [2])
          })
          tapped[name] = x
        })
        const logits = builder.scope('head', () =>
          connect(builder, 'head', builder.dropout(x, config.dropout), classes),
        )
        return { logits, taps: tapped }
      },
    }
  },
})

/** x·w + b: [batch, in] → [batch, outputs]. */
function connect(builder: Builder, name: string, x: Tensor, outputs: number): Tensor {
  const inputs = x.shape[1]
  return gemm(x, builder.parameter(`${name}/w`, [inputs, outputs], torchLinear(inputs)), {
    bias: builder.parameter(`${name}/b`, [outputs], torchLinear(inputs)),
  })
}
