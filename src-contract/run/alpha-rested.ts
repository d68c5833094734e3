import type { RunConfig } from '../config.ts'
import { valuesPlayers, whyAlphaNeverMoves } from '../config/strategy.ts'
import { latest, type RunState } from './state.ts'

/**
 * That α ended a search where it had begun, and why, in sentences: chance then chose among the choices, whatever φ says.
 * Null where α moved or chose nothing, and before the search has ended.
 */
export function whyAlphaRested({ search, valuation }: RunConfig, state: RunState): string | null {
  const last = latest(state, 'search-epoch')
  if (!last || !latest(state, 'searched') || last.alphaDistance > 0) return null
  const why = whyAlphaNeverMoves(search, valuation)
  if (why !== null) return why
  const followsPhi = valuesPlayers(search.strategy) && search.deriveBy === 'alpha'
  return followsPhi ? 'α never moved, for every φ was 0: chance chose the architecture.' : null
}
