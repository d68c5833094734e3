/** The search strategies, the method itself first, controls last. */
export const strategyNames = ['sm-shapnas', 'darts', 'random', 'noise'] as const
export type StrategyName = (typeof strategyNames)[number]

/** The strategies that spend evaluations of coalitions, or, for `random`, their price. */
export const spendsEvaluations = (strategy: StrategyName): boolean =>
  strategy === 'sm-shapnas' || strategy === 'random'
