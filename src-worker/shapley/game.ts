import type { Player as SupernetPlayer } from '#contract/genotype.ts'
import type { Coalition } from './coalition.ts'

/** One who is valued: as much of the supernet's player as a game needs to know. */
export type Player = Pick<SupernetPlayer, 'id' | 'decision' | 'group'>

/** A cooperative game: players and the value function v. */
export interface Game {
  readonly players: readonly Player[]
  /**
   * v of each coalition, in the order asked. A value must not depend on what else is asked in the same call.
   * An `AbortError` thrown here ends an estimation as it is; any other error becomes `evaluation-failed`.
   */
  values(coalitions: readonly Coalition[]): Promise<number[]>
  /** Sorts coalitions so that those which share work stand together; any order is as good where there is none. */
  compare?(a: Coalition, b: Coalition): number
}

const namedPlayers = 12

/** The coalition in words, by its members or, where these are fewer, by its absentees. */
export function describeCoalition(players: readonly Player[], coalition: Coalition): string {
  const present = players.filter((_, i) => coalition.has(i)).map((player) => player.id)
  const absent = players.filter((_, i) => !coalition.has(i)).map((player) => player.id)
  if (absent.length === 0) return 'the coalition of all players'
  if (present.length === 0) return 'the empty coalition'
  const list = (ids: string[]) =>
    ids.slice(0, namedPlayers).join(', ') +
    (ids.length > namedPlayers ? `, … (${ids.length}; key ${coalition.key})` : '')
  return present.length <= absent.length
    ? `the coalition of ${list(present)}`
    : `the coalition of all but ${list(absent)}`
}
