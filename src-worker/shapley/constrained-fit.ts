/** One equation of the fit: the players of a coalition, centred so that they sum to 0, and what they add or take. */
export interface Observation {
  x: readonly number[]
  y: number
  weight: number
}

/**
 * Weighted least squares y ≈ x·β over the β that sum to 0: minimises Σ w (y − x·β)². Since every x sums to 0, the normal
 * matrix has the ones for its null space; filling that in keeps β there.
 *
 * `influences[k]` is how far observation k moves β per unit of weight, M⁻¹xₖ(yₖ − xₖ·β)/(1 − hₖ) with its leverage hₖ:
 * the residual that it would have, had it not taken part in the fit (as in HC3 of MacKinnon & White 1985).
 */
export function fitToZeroSum(observations: readonly Observation[]): {
  beta: number[]
  influences: number[][]
} {
  const n = observations[0].x.length
  const normal = Array.from({ length: n }, () => new Float64Array(n).fill(1 / n))
  const right = new Float64Array(n)
  for (const { x, y, weight } of observations)
    for (let i = 0; i < n; i++) {
      right[i] += weight * x[i] * y
      for (let j = 0; j <= i; j++) normal[i][j] += weight * x[i] * x[j]
    }
  const factor = cholesky(normal)
  const beta = solve(factor, right)
  const influences = observations.map(({ x, y, weight }) => {
    const direction = solve(factor, x)
    const residual = y - dot(x, beta)
    const leverage = weight * dot(x, direction)
    return direction.map((d) => (d * residual) / (1 - leverage))
  })
  return { beta, influences }
}

/** L of A = LLᵀ, lower triangle, from the lower triangle of A. */
function cholesky(a: readonly Float64Array[]): Float64Array[] {
  const l = a.map(({ length }) => new Float64Array(length))
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j <= i; j++) {
      let rest = a[i][j]
      for (let k = 0; k < j; k++) rest -= l[i][k] * l[j][k]
      if (i === j && !(rest > 0)) throw new Error('the coalitions of the fit do not tell all players apart')
      l[i][j] = i === j ? Math.sqrt(rest) : rest / l[j][j]
    }
  return l
}

/** x of LLᵀx = b. */
function solve(l: readonly Float64Array[], b: ArrayLike<number>): number[] {
  const n = l.length
  const x = Array.from(b)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i][k] * x[k]
    x[i] /= l[i][i]
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k][i] * x[k]
    x[i] /= l[i][i]
  }
  return x
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0)
