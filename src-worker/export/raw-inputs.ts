import { multiply, subtract } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Preprocessing } from '../dataset/preprocess.ts'
import type { StoredTensor } from '../run-directory/safetensors.ts'

/** Preprocessing that an ONNX graph can hold: all but that of texts, for which ONNX has no standard operators. */
type Numeric = Exclude<Preprocessing, { type: 'text' }>

export const fitsIntoGraph = (preprocessing: Preprocessing): preprocessing is Numeric =>
  preprocessing.type !== 'text'

/** What is left to do outside a graph that holds the rest: pixels stay 0 … 255, vectors as they are. */
export function remainingPreprocessing(preprocessing: Preprocessing): Preprocessing {
  if (!fitsIntoGraph(preprocessing)) return preprocessing
  const mean = preprocessing.mean.map(() => 0)
  const unit = preprocessing.type === 'image' ? 1 / preprocessing.scale : 1
  return { ...preprocessing, mean, deviation: preprocessing.deviation.map(() => unit) }
}

/** Centre and deviation of the raw numbers, per channel or element. */
interface Scaling {
  centre: number[]
  deviation: number[]
}

function scaleOf(preprocessing: Numeric): Scaling {
  const scale = preprocessing.type === 'image' ? preprocessing.scale : 1
  return {
    centre: preprocessing.mean.map((mean) => mean * scale),
    deviation: preprocessing.deviation.map((deviation) => deviation * scale),
  }
}

/**
 * (x − centre) / deviation in a graph of float32. The centre is taken off in two parts, so that a vector far from zero
 * loses no digits.
 */
export function standardiseBy(x: Tensor, { centre, deviation }: Scaling): Tensor {
  const shape = [centre.length]
  const constant = (values: number[]) => x.graph.constant(Float32Array.from(values), shape)
  const coarse = centre.map(Math.fround)
  const fine = centre.map((value, i) => value - coarse[i])
  return multiply(
    subtract(subtract(x, constant(coarse)), constant(fine)),
    constant(deviation.map((value) => 1 / value)),
  )
}

/** The preprocessing of raw numbers in a graph. */
export const standardise = (x: Tensor, preprocessing: Numeric): Tensor =>
  standardiseBy(x, scaleOf(preprocessing))

/** Raw numbers from preprocessed ones; pixels come back exactly. Terms of texts stay what they are. */
export function rawFromInputs(inputs: StoredTensor, preprocessing: Preprocessing): StoredTensor {
  if (!fitsIntoGraph(preprocessing)) return inputs
  const { centre, deviation } = scaleOf(preprocessing)
  const data = (inputs.data as Float32Array).map((value, i) => {
    const raw = value * deviation[i % centre.length] + centre[i % centre.length]
    return preprocessing.type === 'image' ? Math.round(raw) : raw
  })
  return { shape: inputs.shape, data }
}

/** What the engine reads for raw numbers. */
export function inputsFromRaw(raw: StoredTensor, preprocessing: Preprocessing): StoredTensor {
  if (!fitsIntoGraph(preprocessing)) return raw
  const { centre, deviation } = scaleOf(preprocessing)
  const data = (raw.data as Float32Array).map(
    (value, i) => (value - centre[i % centre.length]) / deviation[i % centre.length],
  )
  return { shape: raw.shape, data }
}
