import { stream } from '../random.ts'
import { Problem } from '#contract/problem.ts'

/** A dictionary of sparse coding: the parameter V of this name, and the length of the sequences that it codes. */
export interface DictionarySpec {
  readonly name: string
  /** V `[inputs, outputs, taps]`: how much of each input channel the atom of each output channel holds at each tap. */
  readonly shape: readonly [number, number, number]
  readonly length: number
}

/** Iterations that bring a power iteration from a random start close to the norm. */
const coldIterations = 30
/** Below the inverse of the estimated norm: the estimate comes from below, and the weights move until the next one. */
const safety = 0.9

/** Unit-norm atoms, A[:, c, :] = V[:, c, :] / max(‖V[:, c, :]‖₂, 1e-12), in the layout of V. */
export function unitAtoms(dictionary: ArrayLike<number>, shape: DictionarySpec['shape']): Float64Array {
  const [inputs, outputs, taps] = shape
  const squares = new Float64Array(outputs)
  const atoms = Float64Array.from(dictionary)
  for (let i = 0, at = 0; i < inputs; i++)
    for (let c = 0; c < outputs; c++) for (let t = 0; t < taps; t++) squares[c] += atoms[at++] ** 2
  const scale = squares.map((square) => 1 / Math.max(Math.sqrt(square), 1e-12))
  for (let i = 0, at = 0; i < inputs; i++)
    for (let c = 0; c < outputs; c++) for (let t = 0; t < taps; t++) atoms[at++] *= scale[c]
  return atoms
}

/**
 * The steps τ = 0.9 / L̂ of every dictionary of a network while it trains. L̂ estimates ‖A‖² by one power iteration a
 * call, which goes on from the vectors of the call before; only the first call takes more.
 *
 * `state` holds these vectors, one dictionary after the other; a run that goes on from a checkpoint must restore it.
 * All zero means that nothing was estimated yet.
 */
export class DictionarySteps {
  readonly state: Float32Array
  readonly #dictionaries: readonly { spec: DictionarySpec; weight: number; vector: number }[]

  /** @param parameters Says where in the flat weights each dictionary stands. */
  constructor(
    dictionaries: readonly DictionarySpec[],
    parameters: readonly { name: string; offset: number }[],
  ) {
    let size = 0
    this.#dictionaries = dictionaries.map((spec) => {
      const parameter = parameters.find(({ name }) => name === spec.name)
      if (!parameter)
        throw new Problem('internal', spec.name, 'the dictionary is no parameter of the network')
      const vector = size
      size += spec.shape[1] * spec.length
      return { spec, weight: parameter.offset, vector }
    })
    this.state = new Float32Array(size)
  }

  /** One step per dictionary, in their order, for weights as they are now. */
  update(weights: Float32Array): Float32Array {
    return Float32Array.from(this.#dictionaries, ({ spec, weight, vector }) => {
      const [inputs, outputs, taps] = spec.shape
      const atoms = unitAtoms(weights.subarray(weight, weight + inputs * outputs * taps), spec.shape)
      const state = this.state.subarray(vector, vector + outputs * spec.length)
      let iterations = 1
      if (state.every((value) => value === 0)) {
        const random = stream(0, 'dictionary', spec.name)
        state.forEach((_, i) => (state[i] = random.normal()))
        iterations = coldIterations
      }
      let norm = 0
      for (let i = 0; i < iterations; i++) norm = iteratePower(atoms, spec, state)
      return norm > 0 ? safety / norm : 1
    })
  }
}

/** z ← AᵀAz / ‖AᵀAz‖ in place, z `[outputs, length]`; answers ‖AᵀAz‖ / ‖z‖, which is at most ‖A‖². */
function iteratePower(atoms: Float64Array, spec: DictionarySpec, z: Float32Array): number {
  const before = lengthOf(z)
  const image = analyse(atoms, spec, synthesise(atoms, spec, z))
  const after = lengthOf(image)
  if (after > 0) for (let i = 0; i < z.length; i++) z[i] = image[i] / after
  return before > 0 ? after / before : 0
}

/** (A z)[i, l] = Σ z[c, l + t − p] · A[i, c, t]: what the code z stands for. */
function synthesise(
  atoms: Float64Array,
  { shape, length }: DictionarySpec,
  z: ArrayLike<number>,
): Float64Array {
  const [inputs, outputs, taps] = shape
  const result = new Float64Array(inputs * length)
  forEachTap(inputs, outputs, taps, length, (at, i, c, shift, from, to) => {
    const atom = atoms[at]
    for (let l = from; l < to; l++) result[i * length + l] += z[c * length + l + shift] * atom
  })
  return result
}

/** (Aᵀ r)[c, l + t − p] = Σ r[i, l] · A[i, c, t]. */
function analyse(atoms: Float64Array, { shape, length }: DictionarySpec, r: ArrayLike<number>): Float64Array {
  const [inputs, outputs, taps] = shape
  const result = new Float64Array(outputs * length)
  forEachTap(inputs, outputs, taps, length, (at, i, c, shift, from, to) => {
    const atom = atoms[at]
    for (let l = from; l < to; l++) result[c * length + l + shift] += r[i * length + l] * atom
  })
  return result
}

/** Visits every entry of a dictionary with the positions l for which l + t − p lies inside the sequence. */
function forEachTap(
  inputs: number,
  outputs: number,
  taps: number,
  length: number,
  visit: (at: number, input: number, output: number, shift: number, from: number, to: number) => void,
): void {
  let at = 0
  for (let i = 0; i < inputs; i++)
    for (let c = 0; c < outputs; c++)
      for (let t = 0; t < taps; t++) {
        const shift = t - (taps - 1) / 2
        visit(at++, i, c, shift, Math.max(0, -shift), Math.min(length, length - shift))
      }
}

function lengthOf(vector: ArrayLike<number>): number {
  let square = 0
  for (let i = 0; i < vector.length; i++) square += vector[i] ** 2
  return Math.sqrt(square)
}
