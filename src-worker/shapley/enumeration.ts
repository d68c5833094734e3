import { Coalition } from './coalition.ts'
import type { Outcome } from './estimator.ts'
import type { MemoisedGame } from './memoise.ts'

/** φ_i = Σ_{S ∌ i} |S|!(n−|S|−1)!/n! · (v(S ∪ {i}) − v(S)) over all 2ⁿ coalitions (Shapley 1953). */
export async function enumerate(game: MemoisedGame): Promise<Outcome> {
  const n = game.players.length
  const coalitions = Array.from({ length: 2 ** n }, (_, mask) => coalitionFromMask(n, mask))
  const values = await game.values(coalitions)
  const weights = sizeWeights(n)
  const contributions = game.players.map(({ id }, i) => {
    let phi = 0
    for (let mask = 0; mask < 2 ** n; mask++)
      if (((mask >>> i) & 1) === 0) phi += weights[bitCount(mask)] * (values[mask | (1 << i)] - values[mask])
    return { id, phi, standardError: 0, low: phi, high: phi, samples: 2 ** (n - 1) }
  })
  return { contributions, marginals: [], grand: values.at(-1)!, empty: values[0], stopped: 'enumerated' }
}

const coalitionFromMask = (n: number, mask: number): Coalition =>
  Coalition.of(
    n,
    Array.from({ length: n }, (_, i) => i).filter((i) => ((mask >>> i) & 1) === 1),
  )

/** w_s = s!(n−s−1)!/n! for s = 0 … n−1, by w_0 = 1/n and w_s = w_{s−1} · s/(n−s). */
function sizeWeights(n: number): number[] {
  const weights = [1 / n]
  for (let size = 1; size < n; size++) weights.push((weights[size - 1] * size) / (n - size))
  return weights
}

function bitCount(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}
