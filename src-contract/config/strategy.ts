/** The search strategies: those that value players, the gradient, controls. */
export const strategyNames = ['sm-shapnas', 'shapley-nas', 'darts', 'random', 'noise'] as const
export type StrategyName = (typeof strategyNames)[number]

/** What moves α where players are valued. */
export const alphaUpdateNames = ['shapley', 'gradient', 'both'] as const

/** The settings of a search that decide what its strategy does. */
interface Steering {
  strategy: StrategyName
  alphaUpdate: (typeof alphaUpdateNames)[number]
}

/** The strategies that estimate φ of every player. */
export const valuesPlayers = (strategy: string): boolean =>
  strategy === 'sm-shapnas' || strategy === 'shapley-nas'

/** The strategies that spend evaluations of coalitions, or, for `random`, their price. */
export const spendsEvaluations = (strategy: string): boolean =>
  valuesPlayers(strategy) || strategy === 'random'

/** α takes a step against the gradient of the validation loss after every training step. */
export const followsGradient = ({ strategy, alphaUpdate }: Steering): boolean =>
  strategy === 'darts' || (valuesPlayers(strategy) && alphaUpdate !== 'shapley')

/**
 * Whether φ is estimated once the weights of an epoch are trained. `shapley-nas` has φ and α before the weights, so
 * that what opens an epoch is done at the end of the one before, and nothing is valued while α rests.
 */
export const isValued = (
  search: Pick<Steering, 'strategy'> & { epochs: number },
  { alphaWarmup }: { alphaWarmup: number },
  epoch: number,
): boolean => {
  if (search.strategy !== 'shapley-nas') return valuesPlayers(search.strategy)
  return epoch + 1 >= alphaWarmup && epoch + 1 < search.epochs
}

/** No epoch is valued, so that there is no φ to derive an architecture by. */
export const neverValues = (
  search: Pick<Steering, 'strategy'> & { epochs: number },
  valuation: { alphaWarmup: number },
): boolean => !Array.from({ length: search.epochs }).some((_, epoch) => isValued(search, valuation, epoch))

/**
 * Why α stays where it began through a whole search that takes steps along φ (or noise) and derives by α, in sentences: what
 * is derived is then chosen by chance. Null where it moves, where nothing is to move it, and where it chooses nothing.
 */
export function whyAlphaNeverMoves(
  search: Steering & { deriveBy: 'alpha' | 'phi'; epochs: number },
  valuation: { alphaWarmup: number; momentum: number },
): string | null {
  const { strategy, deriveBy, epochs } = search
  const { alphaWarmup, momentum } = valuation
  const steps = strategy === 'noise' || (valuesPlayers(strategy) && deriveBy === 'alpha')
  if (!steps || followsGradient(search)) return null
  if (alphaWarmup >= epochs)
    return (
      `α rests for ${alphaWarmup} epochs (valuation.alphaWarmup) and the search has ${epochs}: it never moves, ` +
      'and chance chooses the architecture. Lower the one or raise the other.'
    )
  if (strategy === 'shapley-nas' && neverValues(search, valuation))
    return (
      `${strategy} moves α before the weights of an epoch and never before the first, and the search has ` +
      `${epochs} (search.epochs): it never moves, and chance chooses the architecture. Search for more epochs.`
    )
  if (momentum === 1)
    return (
      'Steps of α keep all of their momentum (valuation.momentum 1), which is 0 at first: it never moves, and chance ' +
      'chooses the architecture. Take less of it.'
    )
  return null
}
