import { Problem } from '#contract/problem.ts'
import { latest } from '#contract/run/state.ts'
import type { BackboneNetwork } from '../backbone/backbone.ts'
import type { Samples } from '../backbone/samples.ts'
import { elementCount } from '../graph/tensor.ts'
import { createSession, floats } from '../onnx/session.ts'
import { Unjoinable } from '../onnx/unjoinable.ts'
import type { StoredTensor } from '../run-directory/safetensors.ts'
import { modelMetadata, type Described } from './describe-model.ts'
import { engineLogits } from './engine-logits.ts'
import { exportClassifier, requireClose, type ExportedClassifier } from './export-classifier.ts'
import type { ExportSource } from './exporter.ts'
import { chainedFeatures, pathBeside } from './frozen/chain.ts'
import { openFrozen, type FrozenModality } from './frozen/open-frozen.ts'
import type { FrozenPlace, FrozenPlaces } from './frozen/tell-frozen.ts'
import type { Trained } from './trained.ts'
import type { OpenModel } from './open-model.ts'
import { inputsFromRaw, rawFromInputs } from './raw-inputs.ts'

/** A model that reads raw values, checked from them on. */
export interface RawExport {
  exported: ExportedClassifier
  /** What the model takes of the golden samples: raw values, or features of a file that it does not hold. */
  inputs: Readonly<Record<string, StoredTensor>>
  places: FrozenPlaces
  described: Described
  /** Largest difference of a logit from the engine's, from raw values on where the bundle holds the file. */
  difference: number
}

/**
 * The model with everything inside that ONNX can hold: preprocessing, and the imported files that read modalities. Those
 * that it cannot take over stand beside it.
 * @throws Problem `backbone-changed`, `engine-failed` when logits are not the engine's
 */
export async function exportRaw(source: ExportSource, model: OpenModel): Promise<RawExport> {
  const { files, missing } = await openFrozen(source, model)
  const places: Record<string, FrozenPlace> = {}
  for (const [name, because] of Object.entries(missing)) places[name] = { place: 'missing', because }
  for (const file of files) places[file.name] = whyNotInside(file)
  for (;;) {
    try {
      return await attempt(source, model, places)
    } catch (error) {
      const because = whyApart(error)
      const concerned = error instanceof Unjoinable ? error.place : null
      const apart = files.filter(
        ({ name }) => places[name].place === 'inside' && (concerned === null || concerned === name),
      )
      if (because === null || apart.length === 0) throw error
      for (const file of apart) places[file.name] = besideOf(file, because)
    }
  }
}

const besideOf = (file: FrozenModality, because: string): FrozenPlace => ({
  place: 'beside',
  file,
  path: pathBeside(file),
  because,
})

function whyNotInside(modality: FrozenModality): FrozenPlace {
  const { batch } = modality.file.stored
  if (batch === null) return { place: 'inside', file: modality }
  return besideOf(modality, `the file takes exactly ${batch} ${batch === 1 ? 'sample' : 'samples'} at a time`)
}

/** Why a model cannot hold files, when that may be all that is wrong with it. */
function whyApart(error: unknown): string | null {
  if (error instanceof Unjoinable) return error.message
  if (error instanceof Problem && error.code === 'engine-failed')
    return `ONNX Runtime does not compute the same with both in one (${error.where}: ${error.detail})`
  return null
}

async function attempt(source: ExportSource, model: OpenModel, places: FrozenPlaces): Promise<RawExport> {
  const { config, state } = source
  const { modalities, fusion, space, task, classes } = model
  const inside = (name: string) => {
    const own = places[name]
    return own?.place === 'inside' ? own.file : undefined
  }
  const perModality = <T>(make: (modality: OpenModel['modalities'][number]) => T): Record<string, T> =>
    Object.fromEntries(modalities.map((modality) => [modality.name, make(modality)]))
  const inputs = perModality(
    ({ name, golden, preprocessing }) => inside(name)?.raw ?? rawFromInputs(golden, preprocessing),
  )
  const read = perModality(({ name, golden, preprocessing }) =>
    inside(name) ? golden : inputsFromRaw(inputs[name], preprocessing),
  )
  const { shape } = Object.values(inputs)[0]
  const described: Described = { ...model, ...source, frozen: places }
  const expected = await engineLogits(model, read, config.threads)
  const files = Object.fromEntries(
    modalities.flatMap(({ name }) => (inside(name) ? [[name, inside(name)!]] : [])),
  )
  const extractor = Object.keys(places).length > 0 ? (latest(state, 'started')?.device ?? 'cpu') : 'cpu'
  const exported = await exportClassifier({
    backbones: perModality<Trained<BackboneNetwork>>(({ backbone }) => backbone),
    samples: perModality(({ name }) => samplesFrom(name, inputs[name])),
    fusion,
    length: space.config.length,
    task,
    classes: classes.length,
    rows: Array.from({ length: shape[0] }, (_, row) => row),
    expected,
    device: extractor,
    threads: config.threads,
    inside: perModality(({ preprocessing }) => preprocessing),
    files,
    metadata: modelMetadata(described),
  })
  const chained = await chainedInputs(places, inputs, model, config.threads)
  if (chained === null) return { exported, inputs, places, described, difference: exported.difference }
  const difference = await differenceOf(exported.model, chained, expected, config.threads)
  requireClose(difference, extractor)
  return { exported, inputs, places, described, difference }
}

/** The inputs with what the files beside the model read from raw values; null where no file stands there. */
async function chainedInputs(
  places: FrozenPlaces,
  inputs: Readonly<Record<string, StoredTensor>>,
  { space }: OpenModel,
  threads: number,
): Promise<Record<string, StoredTensor> | null> {
  const read = { ...inputs }
  const beside = Object.entries(places).flatMap(([name, own]) =>
    own.place === 'beside' ? [{ name, own }] : [],
  )
  for (const { name, own } of beside)
    read[name] = await chainedFeatures(own.file, space.config.length, threads)
  return beside.length > 0 ? read : null
}

async function differenceOf(
  model: Uint8Array,
  inputs: Readonly<Record<string, StoredTensor>>,
  expected: Float32Array,
  threads: number,
): Promise<number> {
  const session = await createSession(model, { threads })
  try {
    const feeds = session.inputNames.map((name) => {
      const { data, shape } = inputs[name]
      return [name, floats(data as Float32Array, shape)] as const
    })
    const { logits } = await session.run(Object.fromEntries(feeds))
    return expected.reduce((worst, logit, i) => Math.max(worst, Math.abs(logit - Number(logits.data[i]))), 0)
  } finally {
    await session.release()
  }
}

function samplesFrom(modality: string, { data, shape: [count, ...shape] }: StoredTensor): Samples {
  const size = elementCount(shape)
  return {
    modality,
    shape,
    count,
    rows(indices) {
      const rows = new Float32Array(indices.length * size)
      indices.forEach((index, at) =>
        rows.set((data as Float32Array).subarray(index * size, (index + 1) * size), at * size),
      )
      return rows
    },
  }
}
