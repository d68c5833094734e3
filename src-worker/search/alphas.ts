import type { Player } from '#contract/genotype.ts'
import type { Random } from '../random.ts'
import type { Vectors } from '../shapley/alpha-update.ts'
import { alphaLayout } from '../space/players.ts'

/** BM-NAS and DARTS begin at small random architecture parameters. */
const initialDeviation = 1e-3

/** Flat alphas `[alphas]` of a fresh search. */
export function initialAlphas(players: readonly Player[], random: Random): Float64Array {
  return Float64Array.from({ length: alphaLayout(players).length }, () => initialDeviation * random.normal())
}

/** The α tensor that a player's alphas belong to; each is normalised by itself. */
const tensorOf = { edge: 'inter', 'inner-edge': 'inner', operation: 'operations' } as const

/** Flat alphas by tensor, each in the order of its players. */
export function splitAlphas(players: readonly Player[], alphas: ArrayLike<number>): Vectors {
  const vectors: Record<string, number[]> = {}
  forEachAlpha(players, (tensor, offset) => (vectors[tensor] ??= []).push(alphas[offset]))
  return vectors
}

/** The inverse of `splitAlphas`. */
export function joinAlphas(players: readonly Player[], vectors: Vectors): Float64Array {
  const alphas = new Float64Array(alphaLayout(players).length)
  const next: Record<string, number> = {}
  forEachAlpha(players, (tensor, offset) => {
    next[tensor] ??= 0
    alphas[offset] = vectors[tensor][next[tensor]++]
  })
  return alphas
}

/** φ in the shape of the alphas; NaN for the zero of an edge, which is no player. */
export function phiByTensor(players: readonly Player[], phi: readonly number[]): Vectors {
  const { offsets, length } = alphaLayout(players)
  const flat = new Float64Array(length).fill(NaN)
  phi.forEach((own, i) => (flat[offsets[i]] = own))
  return splitAlphas(players, flat)
}

function forEachAlpha(players: readonly Player[], visit: (tensor: string, offset: number) => void): void {
  const { offsets } = alphaLayout(players)
  players.forEach(({ kind }, i) => {
    visit(tensorOf[kind], offsets[i])
    if (kind !== 'operation') visit(tensorOf[kind], offsets[i] + 1)
  })
}
