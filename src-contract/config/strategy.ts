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

/** α rests through the whole search, so that what is derived is chosen by chance: nothing else moves it. */
export const alphaNeverMoves = (
  search: Steering & { epochs: number },
  valuation: { alphaWarmup: number },
): boolean =>
  valuesPlayers(search.strategy) && !followsGradient(search) && valuation.alphaWarmup >= search.epochs
