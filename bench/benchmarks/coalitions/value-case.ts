import { valuePlayers } from '#worker/search/valuation.ts'
import type { Coalition } from '#worker/shapley/coalition.ts'
import type { Game } from '#worker/shapley/game.ts'
import { type Case, operationsGame } from './case.ts'

export const games = ['permutation', 'operations'] as const
export type GameName = (typeof games)[number]

/** The values that an estimation of a case asks for, in the order of their first request. */
interface Valuation {
  /** As coalitions of all players of the supernet. */
  coalitions: Coalition[]
  values: number[]
  ms: number
  /** Milliseconds of all threads. */
  processorMs: number
}

/**
 * Values a case as the search does: by `permutation`, or its operations exactly. `answer` stands in for the supernet
 * where only the coalitions are wanted.
 */
export async function valueCase(
  opened: Case,
  name: GameName,
  answer: (coalitions: readonly Coalition[]) => Promise<number[]> = (coalitions) =>
    opened.game.values(coalitions),
): Promise<Valuation> {
  const coalitions: Coalition[] = []
  const values: number[] = []
  const recording: Game = {
    ...opened.game,
    async values(asked) {
      const found = await answer(asked)
      coalitions.push(...asked)
      values.push(...found)
      return found
    },
  }
  const { config } = opened
  const game = name === 'permutation' ? recording : operationsGame({ ...opened, game: recording })
  const estimator = name === 'permutation' ? 'permutation' : 'exact'
  const before = process.cpuUsage()
  const begun = performance.now()
  await valuePlayers({ ...config, valuation: { ...config.valuation, estimator } }, game, 0, opened.mixture)
  const ms = performance.now() - begun
  const { user, system } = process.cpuUsage(before)
  return { coalitions, values, ms, processorMs: (user + system) / 1000 }
}
