import { stream } from '../random.ts'
import { type DictionarySpec, unitAtoms } from './dictionary-step.ts'

/** A complex matrix `[rows, columns]`. */
interface ComplexMatrix {
  readonly rows: number
  readonly columns: number
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * An upper bound of ‖A‖² for the unit-norm atoms of a dictionary on zero-padded sequences, at most 0.2 % above the
 * maximum of ‖Â(f)‖² over the n = length + taps − 1 frequencies of the discrete Fourier transform. Linear convolution
 * is a part of the circular one on n positions, so 1 / bound is a step with which ISTA falls at every iteration.
 *
 * The norms come from power iteration, which errs downwards; so the bound is raised until bound · I − Â(f)ᴴÂ(f) has a
 * Cholesky factor at every frequency, which proves it.
 */
export function boundSquaredNorm(
  dictionary: ArrayLike<number>,
  spec: Pick<DictionarySpec, 'shape' | 'length'>,
): number {
  const atoms = unitAtoms(dictionary, spec.shape)
  const period = spec.length + spec.shape[2] - 1
  // Real atoms: the frequencies n − f repeat the norms of f.
  const grams = Array.from({ length: Math.floor(period / 2) + 1 }, (_, f) =>
    gramOf(transformAtoms(atoms, spec.shape, f / period)),
  )
  let bound = Math.max(...grams.map(largestEigenvalue), 1e-12) * 1.001
  while (!grams.every((gram) => isBelow(gram, bound))) bound *= 1.002
  return bound
}

/** Â(f)[i, c] = Σ_t A[i, c, t] · e^(−2πi·f·t), f in cycles per position. */
function transformAtoms(
  atoms: Float64Array,
  shape: DictionarySpec['shape'],
  frequency: number,
): ComplexMatrix {
  const [rows, columns, taps] = shape
  const re = new Float64Array(rows * columns)
  const im = new Float64Array(rows * columns)
  for (let t = 0; t < taps; t++) {
    const cosine = Math.cos(2 * Math.PI * frequency * t)
    const sine = Math.sin(2 * Math.PI * frequency * t)
    for (let at = 0; at < re.length; at++) {
      re[at] += atoms[at * taps + t] * cosine
      im[at] -= atoms[at * taps + t] * sine
    }
  }
  return { rows, columns, re, im }
}

/** M Mᴴ or MᴴM, whichever is smaller: they share their eigenvalues other than 0. */
function gramOf({ rows, columns, re, im }: ComplexMatrix): ComplexMatrix {
  const byRow = rows <= columns
  const size = byRow ? rows : columns
  const depth = byRow ? columns : rows
  const [stride, step] = byRow ? [columns, 1] : [1, columns]
  const gram = {
    rows: size,
    columns: size,
    re: new Float64Array(size * size),
    im: new Float64Array(size * size),
  }
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++) {
      let real = 0
      let imaginary = 0
      for (let k = 0, p = a * stride, q = b * stride; k < depth; k++, p += step, q += step) {
        real += re[p] * re[q] + im[p] * im[q]
        imaginary += im[p] * re[q] - re[p] * im[q]
      }
      gram.re[a * size + b] = gram.re[b * size + a] = real
      gram.im[a * size + b] = imaginary
      gram.im[b * size + a] = -imaginary
    }
  return gram
}

/** By power iteration: at most the largest eigenvalue of a Hermitian positive semidefinite matrix. */
function largestEigenvalue({ rows: n, re, im }: ComplexMatrix): number {
  const random = stream(0, 'eigenvector')
  let x = Float64Array.from({ length: n }, () => random.normal())
  let y = Float64Array.from({ length: n }, () => random.normal())
  let value = 0
  for (let iteration = 0; iteration < 60; iteration++) {
    const u = new Float64Array(n)
    const v = new Float64Array(n)
    let before = 0
    let after = 0
    for (let a = 0; a < n; a++) {
      for (let b = 0, at = a * n; b < n; b++, at++) {
        u[a] += re[at] * x[b] - im[at] * y[b]
        v[a] += re[at] * y[b] + im[at] * x[b]
      }
      before += x[a] ** 2 + y[a] ** 2
      after += u[a] ** 2 + v[a] ** 2
    }
    if (after === 0) return 0
    value = Math.sqrt(after / before)
    const scale = 1 / Math.sqrt(after)
    x = u.map((part) => part * scale)
    y = v.map((part) => part * scale)
  }
  return value
}

/** Whether bound · I − G has a Cholesky factor, that is, whether every eigenvalue of G is below the bound. */
function isBelow({ rows: n, re, im }: ComplexMatrix, bound: number): boolean {
  const x = re.map((part) => -part)
  const y = im.map((part) => -part)
  for (let a = 0; a < n; a++) {
    x[a * n + a] += bound
    for (let b = 0; b <= a; b++) {
      let real = x[a * n + b]
      let imaginary = y[a * n + b]
      for (let k = 0, p = a * n, q = b * n; k < b; k++, p++, q++) {
        real -= x[p] * x[q] + y[p] * y[q]
        imaginary -= y[p] * x[q] - x[p] * y[q]
      }
      if (a === b) {
        if (!(real > 0)) return false
        x[a * n + a] = Math.sqrt(real)
      } else {
        x[a * n + b] = real / x[b * n + b]
        y[a * n + b] = imaginary / x[b * n + b]
      }
    }
  }
  return true
}
