/** Vectors by the name of their α tensor: `inter`, `inner`, `operations`. NaN in φ: an entry without a player (an edge's zero). */
export type Vectors = Readonly<Record<string, readonly number[]>>

/** What the update carries from epoch to epoch. */
export interface AlphaState {
  readonly alphas: Vectors
  /** s, the running mean of the scaled φ vectors. */
  readonly momentum: Vectors
}

export interface AlphaUpdateSettings {
  /** ε, the length of the step; 0.1 in SM-ShapNAS. */
  step: number
  /** μ; 0 in SM-ShapNAS, 0.8 in Shapley-NAS. */
  momentum: number
  /** Epochs in which α stays. */
  warmup: number
  /** What is scaled together: each α tensor by itself (default), or all of them. */
  norm?: 'tensor' | 'all'
  /** `unit` (default): g = φ/‖φ‖₂, steps of length ε. `z-score`: g = (φ − mean)/sd, steps ε s as they come. */
  scale?: 'unit' | 'z-score'
}

const negligible = 1e-12

/** The state of a search that begins at `alphas`: s = 0. */
export function initialAlphaState(alphas: Vectors): AlphaState {
  return { alphas, momentum: mapVectors(alphas, () => 0) }
}

/**
 * Moves α along φ (SM-ShapNAS, Eqs. 11–12; Shapley-NAS, Eqs. 6–7), for each tensor T:
 * g = φ_T/‖φ_T‖₂ (0 below 1e-12);  s ← μ s + (1 − μ) g;  α ← α + ε s/‖s‖₂ (unmoved below 1e-12).
 *
 * With `scale: 'z-score'`, as in Shapley-NAS's public code: g = (φ_T − mean)/sd (ddof 1);  s as above;  α ← α + ε s.
 * Before epoch `warmup` the state comes back as it is. α of an entry without a player stays.
 */
export function updateAlphas(
  state: AlphaState,
  phi: Vectors,
  epoch: number,
  settings: AlphaUpdateSettings,
): AlphaState {
  if (epoch < settings.warmup) return state
  const { step, momentum: mu, norm = 'tensor', scale = 'unit' } = settings
  assertSameShape(state.alphas, phi)
  const g = scale === 'unit' ? normalise(phi, norm) : standardise(phi, norm)
  const momentum = mapVectors(state.momentum, (s, name, i) => mu * s + (1 - mu) * g[name][i])
  const direction = scale === 'unit' ? normalise(momentum, norm) : momentum
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

const isPlayer = (x: number) => !Number.isNaN(x)

/** Vectors of unit length, 0 where there is no player. */
function normalise(vectors: Vectors, norm: 'tensor' | 'all'): Vectors {
  return scaled(vectors, norm, (players) => {
    const length = lengthOf(players)
    return (x) => (length < negligible ? 0 : x / length)
  })
}

/** Standard deviations from the mean, 0 where there is no player or all are equal. */
function standardise(vectors: Vectors, norm: 'tensor' | 'all'): Vectors {
  return scaled(vectors, norm, (players) => {
    const mean = players.reduce((sum, x) => sum + x, 0) / players.length
    const deviation = lengthOf(players.map((x) => x - mean)) / Math.sqrt(players.length - 1)
    return (x) => (deviation >= negligible ? (x - mean) / deviation : 0)
  })
}

/** Each entry of a player scaled by what `scaleOf` finds in all players of its tensor, or of all tensors. */
function scaled(
  vectors: Vectors,
  norm: 'tensor' | 'all',
  scaleOf: (players: readonly number[]) => (x: number) => number,
): Vectors {
  const joint = scaleOf(Object.values(vectors).flat().filter(isPlayer))
  const own = Object.fromEntries(
    Object.entries(vectors).map(([name, vector]) => [
      name,
      norm === 'all' ? joint : scaleOf(vector.filter(isPlayer)),
    ]),
  )
  return mapVectors(vectors, (x, name) => (isPlayer(x) ? own[name](x) : 0))
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
