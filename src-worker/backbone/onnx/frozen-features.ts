import { createHash } from 'node:crypto'
import type { TapInfo } from '#contract/backbone.ts'
import type { DeviceName } from '#contract/device.ts'
import { Problem } from '#contract/problem.ts'
import { cachedFile } from '../../dataset/cached-file.ts'
import { countOf, type ModalityValues } from '../../dataset/dataset.ts'
import { elementCount } from '../../graph/tensor.ts'
import { createSession, floats, type Value } from '../../onnx/session.ts'
import { batchesOf } from '../../training/batches.ts'
import type { FeatureMemory } from '../feature-memory.ts'
import { loadTable, tableOnDisk, type FeatureTable } from '../feature-table.ts'
import type { BackboneFile } from './backbone-file.ts'
import { batchOf } from './batch-of.ts'
import { sampleShape } from './list-taps.ts'
import { poolValues } from './pool-values.ts'
import { readModel, withOutputs } from './read-model.ts'

export interface FrozenTask {
  readonly file: BackboneFile
  readonly values: Exclude<ModalityValues, { type: 'text' }>
  /** Positions of every feature. */
  readonly length: number
  readonly device: DeviceName
  readonly threads: number
  /** Called between calls of the engine; what it throws ends the work. */
  readonly onBatch?: () => Promise<void>
}

/** Where the file leaves it open. */
const usualBatch = 32

/** Raise it whenever the same task leads to other features. */
const recipe = 1

/**
 * The features of all samples by a file, a table a tap with rows of [length, channels]: from the cache folder when they
 * are there undamaged, else computed batch by batch and stored as they come.
 * @throws Problem `engine-failed`, `bad-configuration`, `data-folder-unwritable`
 */
export async function cachedFrozenFeatures(
  task: FrozenTask,
  where: { folder: string; datasetHash: string; modality: string; memory: FeatureMemory },
): Promise<FeatureTable[]> {
  const { file, length, values, device, threads } = task
  const { folder, datasetHash, modality, memory } = where
  const names = file.taps.map(({ name }) => name)
  const parts = {
    recipe,
    datasetHash,
    modality,
    hash: file.stored.hash,
    names,
    picture: file.picture,
    length,
    // both decide the last bits, and a run must not depend on which run was there first
    device,
    threads,
  }
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  const rows = countOf(values)
  let bytes = 0
  const places = file.taps.map(({ channels }) => {
    const place = { position: bytes, size: length * channels }
    bytes += 4 * rows * place.size
    return place
  })
  const entry = await cachedFile(folder, `frozen-${key}.f32`, bytes, (write) =>
    readFeatures(task, (tap, { buffer, byteOffset, byteLength }, row) =>
      write(
        new Uint8Array(buffer, byteOffset, byteLength),
        places[tap].position + 4 * row * places[tap].size,
      ),
    ),
  )
  const open = memory.reserve(bytes) ? loadTable : tableOnDisk
  return places.map(({ position, size }) => open(entry, position, rows, size))
}

/**
 * Has a file read all samples, batch by batch.
 * @param take Gets the index of a tap, its features [some rows, length, channels], and the number of the first row.
 */
export async function readFeatures(
  task: FrozenTask,
  take: (tap: number, features: Float32Array, row: number) => void,
): Promise<void> {
  const { file, values, length, device, threads, onBatch } = task
  const { stored, picture, taps } = file
  const names = taps.map(({ name }) => name)
  const model = withOutputs(readModel(file.model, stored.name).proto, [...new Set(names)])
  const session = await createSession(model, { device, threads })
  try {
    const batch = stored.batch ?? usualBatch
    const sample = sampleShape(stored.input, picture ?? { height: 1, width: 1 })
    const all = Array.from({ length: countOf(values) }, (_, index) => index)
    let done = 0
    for (const indices of batchesOf(all, batch)) {
      const rows = stored.batch ?? indices.length
      const input = await batchOf(
        values,
        { input: stored.input, picture },
        indices,
        elementCount(sample),
        rows,
      )
      const outputs = await session.run({ [stored.input.name]: floats(input, [rows, ...sample]) })
      taps.forEach((tap, i) => take(i, pooledTap(outputs[tap.name], tap, indices.length, length), done))
      done += indices.length
      await onBatch?.()
    }
  } finally {
    await session.release()
  }
}

/** [rows, length, channels]. Pictures of another size than the library's change a tap's positions, never its channels. */
function pooledTap({ data, shape }: Value, tap: TapInfo, rows: number, length: number): Float32Array {
  const found = { shape: shape.slice(1), layout: tap.layout }
  const channels = tap.layout === 'channels first' ? found.shape[0] : found.shape.at(-1)
  if (found.shape.length !== tap.shape.length || channels !== tap.channels)
    throw new Problem(
      'bad-configuration',
      `tap ${tap.name}`,
      `it has the shape [${found.shape}] for pictures of this size, and [${tap.shape}] in the library`,
    )
  return poolValues(data as Float32Array, rows, found, length)
}
