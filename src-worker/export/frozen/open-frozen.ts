import type { PictureInput } from '#contract/backbone.ts'
import { Problem } from '#contract/problem.ts'
import { openBackboneFile, requireReadable, type BackboneFile } from '../../backbone/onnx/backbone-file.ts'
import { batchOf } from '../../backbone/onnx/batch-of.ts'
import { sampleShape } from '../../backbone/onnx/list-taps.ts'
import { readModel, withOutputs } from '../../backbone/onnx/read-model.ts'
import { countOf } from '../../dataset/dataset.ts'
import { elementCount, type Shape } from '../../graph/tensor.ts'
import { createSession, floats } from '../../onnx/session.ts'
import { Unjoinable } from '../../onnx/unjoinable.ts'
import type { StoredTensor } from '../../run-directory/safetensors.ts'
import type { ExportSource } from '../exporter.ts'
import type { OpenModel } from '../open-model.ts'
import { rawValues, type ReadableValues } from './raw-values.ts'

/** A modality that an imported file reads, with the file and the raw values of the golden samples. */
export interface FrozenModality {
  readonly name: string
  readonly file: BackboneFile
  /** As the dataset holds them. */
  readonly values: ReadableValues
  /** As a model reads them that holds the file: pixels 0 … 255 [sample, height, width, 3] in the size of the file, or vectors. */
  readonly raw: StoredTensor
  /** Of one sample, in the order of the file's taps. */
  readonly tapShapes: readonly Shape[]
}

interface OpenFrozen {
  readonly files: readonly FrozenModality[]
  /** Why the others are not there, by modality; goes on after "because". */
  readonly missing: Readonly<Record<string, string>>
}

/**
 * The files that read modalities of a model.
 * @throws Problem `backbone-changed` when one is not what the run has read, `bad-configuration`, `engine-failed`
 */
export async function openFrozen(source: ExportSource, model: OpenModel): Promise<OpenFrozen> {
  const { config, dataDir } = source
  const files: FrozenModality[] = []
  const missing: Record<string, string> = {}
  for (const { name, golden } of model.modalities) {
    const own = config.backbones[name]
    if (own?.kind !== 'onnx') continue
    try {
      const file = await openBackboneFile(dataDir, own, `backbones.${name}`)
      const wanted = { kept: model.samples, modalities: [name], count: golden.shape[0] }
      const { [name]: values } = await rawValues(source, wanted)
      requireReadable(file, values, `backbones.${name}`)
      files.push({
        name,
        file,
        values,
        raw: await rawOf(file, values),
        tapShapes: await shapesOf(file, values),
      })
    } catch (error) {
      missing[name] = reasonOf(error)
    }
  }
  return { files, missing }
}

/** What only keeps a file out of the bundle; the rest is thrown. */
function reasonOf(error: unknown): string {
  if (error instanceof Unjoinable) return error.message
  if (error instanceof Problem && error.code === 'backbone-not-found')
    return 'it is not in the data folder: import it on the page Backbones and export again'
  throw error
}

/** The size that a file reads, of whatever kind its input is. */
const sizeOf = ({ picture }: BackboneFile): Pick<PictureInput, 'height' | 'width'> =>
  picture ?? { height: 1, width: 1 }

async function rawOf(file: BackboneFile, values: ReadableValues): Promise<StoredTensor> {
  const { input } = file.stored
  const plain = file.picture && {
    ...file.picture,
    range: 255 as const,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
  }
  const lastly = input.type === 'image' ? { ...input, layout: 'channels last' as const } : input
  const shape = sampleShape(lastly, sizeOf(file))
  const rows = allOf(values)
  const data = await batchOf(
    values,
    { input: lastly, picture: plain },
    rows,
    elementCount(shape),
    rows.length,
  )
  return { shape: [rows.length, ...shape], data }
}

async function shapesOf(file: BackboneFile, values: ReadableValues): Promise<Shape[]> {
  const { stored, picture, taps } = file
  const rows = allOf(values).slice(0, stored.batch ?? undefined)
  const batch = stored.batch ?? rows.length
  const shape = sampleShape(stored.input, sizeOf(file))
  const data = await batchOf(values, { input: stored.input, picture }, rows, elementCount(shape), batch)
  const names = taps.map(({ name }) => name)
  const session = await createSession(
    withOutputs(readModel(file.model, stored.name).proto, [...new Set(names)]),
  )
  try {
    const outputs = await session.run({ [stored.input.name]: floats(data, [batch, ...shape]) })
    return names.map((name) => outputs[name].shape.slice(1))
  } finally {
    await session.release()
  }
}

const allOf = (values: ReadableValues): number[] => Array.from({ length: countOf(values) }, (_, row) => row)
