/** Vectors by the name of their α tensor: `inter`, `inner`, `operations`. Entries without a player (an edge's zero) have φ 0. */
export type Vectors = Readonly<Record<string, readonly number[]>>

/** What the update carries from epoch to epoch. */
export interface AlphaState {
  readonly alphas: Vectors
  /** s, the running mean of the unit φ vectors. */
  readonly momentum: Vectors
}

export interface AlphaUpdateSettings {
  /** ε, the length of the step; 0.1 in SM-ShapNAS. */
  step: number
  /** μ; 0 in SM-ShapNAS, 0.8 in Shapley-NAS. */
  momentum: number
  /** Epochs in which α stays. */
  warmup: number
  /** What one unit step covers: each α tensor by itself (default), or all of them together. */
  norm?: 'tensor' | 'all'
}

const negligible = 1e-12

/** The state of a search that begins at `alphas`: s = 0. */
export function initialAlphaState(alphas: Vectors): AlphaState {
  return { alphas, momentum: mapVectors(alphas, () => 0) }
}

/**
 * Moves α along φ (SM-ShapNAS, Algorithm 1; Shapley-NAS, Eq. 6–7), for each tensor T:
 * g = φ_T/‖φ_T‖₂ (0 below 1e-12);  s ← μ s + (1 − μ) g;  α ← α + ε s/‖s‖₂ (unmoved below 1e-12).
 *
 * Before epoch `warmup` the state comes back as it is.
 */
export function updateAlphas(
  state: AlphaState,
  phi: Vectors,
  epoch: number,
  settings: AlphaUpdateSettings,
): AlphaState {
  if (epoch < settings.warmup) return state
  const { step, momentum: mu, norm = 'tensor' } = settings
  assertSameShape(state.alphas, phi)
  const g = normalise(phi, norm)
  const momentum = mapVectors(state.momentum, (s, name, i) => mu * s + (1 - mu) * g[name][i])
  const direction = normalise(momentum, norm)
  const alphas = mapVectors(state.alphas, (alpha, name, i) => alpha + step * direction[name][i])
  return { alphas, momentum }
}

/** ‖α − α₀‖₂ by tensor: how far the search has come. Steps have length ε, so T epochs give T·ε at most. */
export function distanceMoved(start: Vectors, now: Vectors): Record<string, number> {
  assertSameShape(start, now)
  const names = Object.keys(start)
  return Object.fromEntries(
    names.map((name) => [name, lengthOf(now[name].map((alpha, i) => alpha - start[name][i]))]),
  )
}

function normalise(vectors: Vectors, norm: 'tensor' | 'all'): Vectors {
  const joint = lengthOf(Object.values(vectors).flat())
  return mapVectors(vectors, (x, name) => {
    const length = norm === 'all' ? joint : lengthOf(vectors[name])
    return length < negligible ? 0 : x / length
  })
}

const lengthOf = (vector: readonly number[]): number => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))

function mapVectors(vectors: Vectors, f: (x: number, name: string, i: number) => number): Vectors {
  return Object.fromEntries(
    Object.entries(vectors).map(([name, vector]) => [name, vector.map((x, i) => f(x, name, i))]),
  )
}

function assertSameShape(a: Vectors, b: Vectors): void {
  const shape = (vectors: Vectors) =>
    Object.keys(vectors)
      .sort()
      .map((name) => `${name}[${vectors[name].length}]`)
      .join(', ')
  if (shape(a) !== shape(b)) throw new RangeError(`α tensors differ: ${shape(a)} and ${shape(b)}`)
}
