import { createHash } from 'node:crypto'
import { readFeatures } from '../../backbone/onnx/frozen-features.ts'
import { readModel, withOutputs } from '../../backbone/onnx/read-model.ts'
import type { StoredTensor } from '../../run-directory/safetensors.ts'
import type { FrozenModality } from './open-frozen.ts'

/** How an example comes from raw values to the features that a model takes, as `preprocessing.json` tells it. */
export interface ChainedBackbone {
  /** Beside the model; its outputs are the taps. */
  file: string
  /** Of that file. */
  sha256: string
  input: string
  layout: 'channels first' | 'channels last' | 'vector'
  /** (pixel / 255 · range − mean) / deviation; left out for vectors. */
  scaling?: { range: number; mean: readonly number[]; deviation: readonly number[] }
  /** Samples of a call; null for any number. */
  batch: number | null
  /** Pooled to `length` positions each, then one after the other. */
  taps: { name: string; layout: string }[]
  length: number
}

/** Where the file of a modality stands that is not part of the model. */
export const pathBeside = ({ file }: FrozenModality): string => `backbones/${file.id}.onnx`

export function chainedBackbone(
  modality: FrozenModality,
  content: Uint8Array,
  length: number,
): ChainedBackbone {
  const { stored, picture, taps } = modality.file
  const { input, batch } = stored
  return {
    file: pathBeside(modality),
    sha256: createHash('sha256').update(content).digest('hex'),
    input: input.name,
    layout: input.type === 'image' ? input.layout : 'vector',
    ...(picture && {
      scaling: { range: picture.range, mean: picture.mean, deviation: picture.deviation },
    }),
    batch,
    taps: taps.map(({ name, layout }) => ({ name, layout })),
    length,
  }
}

/** The files, each once: as they are where all taps are outputs, else with the taps as their outputs. */
export function filesBeside(modalities: readonly FrozenModality[]): Record<string, Uint8Array> {
  const files = [...Map.groupBy(modalities, pathBeside)].map(([path, same]) => {
    const { model, stored } = same[0].file
    const taps = [...new Set(same.flatMap(({ file }) => file.taps.map(({ name }) => name)))]
    const { proto } = readModel(model, stored.name)
    const outputs = new Set(proto.graph!.output!.map(({ name }) => name))
    return [path, taps.every((tap) => outputs.has(tap)) ? model : withOutputs(proto, taps)] as const
  })
  return Object.fromEntries(files)
}

/** What a file reads from the raw values of the golden samples: features, tap after tap, as the model takes them. */
export async function chainedFeatures(
  { file, values, raw }: FrozenModality,
  length: number,
  threads: number,
): Promise<StoredTensor> {
  const rows = raw.shape[0]
  const sizes = file.taps.map(({ channels }) => length * channels)
  const width = sizes.reduce((sum, size) => sum + size, 0)
  const data = new Float32Array(rows * width)
  const starts = sizes.map((_, tap) => sizes.slice(0, tap).reduce((sum, size) => sum + size, 0))
  await readFeatures({ file, values, length, device: 'cpu', threads }, (tap, features, first) => {
    for (let i = 0; i * sizes[tap] < features.length; i++)
      data.set(features.subarray(i * sizes[tap], (i + 1) * sizes[tap]), (first + i) * width + starts[tap])
  })
  return { shape: [rows, width], data }
}
