import { createHash } from 'node:crypto'
import type { FileInput, PictureInput, ReadBackbone, TapInfo } from '#contract/backbone.ts'
import { Problem } from '#contract/problem.ts'
import { elementCount } from '../../graph/tensor.ts'
import { createSession, floats, type Value } from '../../onnx/session.ts'
import { readModel, withOutputs, type Candidate, type OnnxModel } from './read-model.ts'

/** Where a file leaves the size of pictures open: what most image networks were trained with. */
const usualSide = 224
/** Two, so that the batch axis is told from axes of length 1. */
const triedBatch = 2

type PictureSize = Pick<PictureInput, 'height' | 'width'>

/**
 * What an ONNX file holds, and every tensor inside it that can be tapped: the file is run once on zeros, with all of
 * them put out. @throws Problem `backbone-unreadable` when it is no usable model, or ONNX Runtime cannot run it.
 */
export async function listTaps(
  bytes: Uint8Array,
  where: string,
  size: PictureSize | null = null,
): Promise<ReadBackbone> {
  const model = readModel(bytes, where)
  const { input, batch, parameters, producer, candidates } = model
  const values = await runOnZeros(model, where, size)
  const taps = candidates.flatMap((candidate) => tapOf(candidate, values[candidate.name], batch) ?? [])
  if (taps.length === 0)
    throw new Problem('backbone-unreadable', where, 'no tensor in it has one row a sample')
  const hash = createHash('sha256').update(bytes).digest('hex')
  return { input, batch, parameters, bytes: bytes.length, hash, producer, taps }
}

async function runOnZeros(
  { proto, input, batch, candidates }: OnnxModel,
  where: string,
  size: PictureSize | null,
): Promise<Record<string, Value>> {
  const shape = [batch ?? triedBatch, ...sampleShape(input, pictureSize(input, size))]
  try {
    const session = await createSession(
      withOutputs(
        proto,
        candidates.map(({ name }) => name),
      ),
    )
    try {
      return await session.run({ [input.name]: floats(new Float32Array(elementCount(shape)), shape) })
    } finally {
      await session.release()
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem('backbone-unreadable', where, error.detail, { cause: error })
  }
}

/** The size of pictures that the file asks for, or, where it leaves that open, the wanted one. */
function pictureSize(input: FileInput, wanted: PictureSize | null): PictureSize {
  const open = wanted ?? { height: usualSide, width: usualSide }
  if (input.type !== 'image') return open
  return { height: input.height ?? open.height, width: input.width ?? open.width }
}

/** Shape of one sample as the file reads it. */
export function sampleShape(input: FileInput, { height, width }: PictureSize): number[] {
  if (input.type === 'vector') return [input.length]
  return input.layout === 'channels first' ? [3, height, width] : [height, width, 3]
}

/** Undefined for a tensor of other numbers, without a row for every sample, or with too many axes. */
function tapOf(candidate: Candidate, value: Value, batch: number | null): TapInfo | undefined {
  const [rows, ...shape] = value.shape
  if (!(value.data instanceof Float32Array) || rows !== (batch ?? triedBatch)) return undefined
  if (shape.length < 1 || shape.length > 3 || shape.includes(0)) return undefined
  const layout = layoutOf(shape)
  return { ...candidate, shape, layout, channels: layout === 'channels first' ? shape[0] : shape.at(-1)! }
}

/** Of three axes the equal two are height and width; where that tells nothing the channels come first, as in ONNX. */
export function layoutOf(shape: readonly number[]): TapInfo['layout'] {
  if (shape.length === 1) return 'vector'
  if (shape.length === 2) return 'sequence'
  return shape[0] === shape[1] && shape[1] !== shape[2] ? 'channels last' : 'channels first'
}
