import { gemm, reduceMean, reshape, split } from '../../graph/functions.ts'
import type { Initial } from '../../training/network.ts'
import type { BackboneNetwork } from '../backbone.ts'
import type { FeatureTable } from '../feature-table.ts'
import type { Samples } from '../samples.ts'

/** A linear model has one optimum, so it may start from even odds. */
const zeros: Initial = { kind: 'zeros' }

/** A tapped tensor of a file, pooled to [length, channels]. */
export interface FrozenTap {
  readonly name: string
  readonly channels: number
}

/**
 * What a run trains on the features of a file: batch norm and a linear layer on the mean over positions of the last tap,
 * whose score tells how good they are. Its input is the features themselves, tap after tap, each [length, channels].
 */
export function probeNetwork(taps: readonly FrozenTap[], length: number, classes: number): BackboneNetwork {
  const sizes = taps.map(({ channels }) => length * channels)
  return {
    input: 'features',
    inputs: { features: { shape: [sizes.reduce((sum, size) => sum + size, 0)] } },
    classes,
    taps: taps.map(({ name, channels }) => ({ name, shape: [length, channels] })),
    build: (builder, { features }) => {
      const parts = sizes.length === 1 ? [features] : split(features, sizes, 1)
      const tapped = taps.map(({ channels }, i) => reshape(parts[i], [builder.batch, length, channels]))
      const logits = builder.scope('probe', () => {
        const x = builder.batchNorm('probe/norm', reduceMean(tapped.at(-1)!, [1]))
        const inputs = x.shape[1]
        return gemm(x, builder.parameter('probe/w', [inputs, classes], zeros), {
          bias: builder.parameter('probe/b', [classes], zeros),
        })
      })
      return { logits, taps: Object.fromEntries(taps.map(({ name }, i) => [name, tapped[i]])) }
    },
  }
}

/** What the probe reads: the features of a file, tap after tap, as the only values of their modality. */
export function frozenSamples(modality: string, tables: readonly FeatureTable[]): Samples {
  const width = tables.reduce((sum, { size }) => sum + size, 0)
  return {
    modality,
    shape: [width],
    count: tables[0].rows,
    rows(indices) {
      const rows = new Float32Array(indices.length * width)
      let from = 0
      for (const { size, gather } of tables) {
        const values = gather(indices)
        for (let row = 0; row < indices.length; row++)
          rows.set(values.subarray(row * size, (row + 1) * size), row * width + from)
        from += size
      }
      return rows
    },
  }
}
