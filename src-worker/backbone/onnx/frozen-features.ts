import { createHash } from 'node:crypto'
import type { TapInfo } from '#contract/backbone.ts'
import type { DeviceName } from '#contract/device.ts'
import { Problem } from '#contract/problem.ts'
import { cached } from '../../dataset/cache.ts'
import { countOf, type ModalityValues } from '../../dataset/dataset.ts'
import { elementCount } from '../../graph/tensor.ts'
import { createSession, floats, type Value } from '../../onnx/session.ts'
import { decodeSafetensors, encodeSafetensors } from '../../run-directory/safetensors.ts'
import { batchesOf } from '../../training/batches.ts'
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
 * The features of all samples by a file, [sample, all taps], where a row holds tap after tap, each [length, channels]:
 * from the cache folder when they are there undamaged, else computed batch by batch and stored.
 * @throws Problem `engine-failed`, `bad-configuration`, `data-folder-unwritable`
 */
export async function cachedFrozenFeatures(
  task: FrozenTask,
  { folder, datasetHash, modality }: { folder: string; datasetHash: string; modality: string },
): Promise<Float32Array> {
  const { file, length } = task
  const names = file.taps.map(({ name }) => name)
  const parts = {
    recipe,
    datasetHash,
    modality,
    hash: file.stored.hash,
    names,
    picture: file.picture,
    length,
  }
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  const entry = await cached(folder, `frozen-${key}.safetensors`, async () => {
    const data = await frozenFeatures(task)
    const rows = countOf(task.values)
    return encodeSafetensors({
      tensors: { features: { shape: [rows, data.length / rows], data } },
      metadata: {},
    })
  })
  return decodeSafetensors(entry, 'feature cache').tensors['features'].data as Float32Array
}

/** As `cachedFrozenFeatures`, computed. */
export async function frozenFeatures(task: FrozenTask): Promise<Float32Array> {
  const { file, values, length, device, threads, onBatch } = task
  const { stored, picture, taps } = file
  const names = taps.map(({ name }) => name)
  const model = withOutputs(readModel(file.model, stored.name).proto, [...new Set(names)])
  const session = await createSession(model, { device, threads })
  try {
    const batch = stored.batch ?? usualBatch
    const sample = sampleShape(stored.input, picture ?? { height: 1, width: 1 })
    const count = countOf(values)
    const width = length * taps.reduce((sum, { channels }) => sum + channels, 0)
    const result = new Float32Array(count * width)
    const all = Array.from({ length: count }, (_, index) => index)
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
      let from = 0
      for (const tap of taps) {
        const pooled = pooledTap(outputs[tap.name], tap, indices.length, length)
        const size = length * tap.channels
        for (let row = 0; row < indices.length; row++)
          result.set(pooled.subarray(row * size, (row + 1) * size), (done + row) * width + from)
        from += size
      }
      done += indices.length
      await onBatch?.()
    }
    return result
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
