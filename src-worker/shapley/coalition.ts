/**
 * A set of players, given by their positions in the game's player list. It never changes: `with` makes another.
 * `key` names the set: two coalitions of the same game are equal exactly when their keys are.
 */
export class Coalition {
  /** The number of players of the game, present or not. */
  readonly players: number
  /** Eight hexadecimal digits for each 32 players, the first players first. */
  readonly key: string
  readonly #words: Uint32Array

  private constructor(players: number, words: Uint32Array) {
    this.players = players
    this.#words = words
    let key = ''
    for (const word of words) key += word.toString(16).padStart(8, '0')
    this.key = key
  }

  static empty(players: number): Coalition {
    return new Coalition(players, new Uint32Array(Math.ceil(players / 32)))
  }

  static full(players: number): Coalition {
    return Coalition.of(
      players,
      Array.from({ length: players }, (_, i) => i),
    )
  }

  static of(players: number, members: Iterable<number>): Coalition {
    const words = new Uint32Array(Math.ceil(players / 32))
    for (const member of members) {
      if (!(Number.isInteger(member) && member >= 0 && member < players))
        throw new RangeError(`player ${member} is not among the ${players} players`)
      words[member >>> 5] |= 1 << (member & 31)
    }
    return new Coalition(players, words)
  }

  has(player: number): boolean {
    return ((this.#words[player >>> 5] >>> (player & 31)) & 1) === 1
  }

  with(player: number): Coalition {
    const words = this.#words.slice()
    words[player >>> 5] |= 1 << (player & 31)
    return new Coalition(this.players, words)
  }

  without(player: number): Coalition {
    const words = this.#words.slice()
    words[player >>> 5] &= ~(1 << (player & 31))
    return new Coalition(this.players, words)
  }

  /** The positions of those present, ascending. */
  members(): number[] {
    return Array.from({ length: this.players }, (_, i) => i).filter((i) => this.has(i))
  }
}

/** By the first player in whom two coalitions differ, absent before present: neighbours share their first players. */
export function byFirstPlayers(a: Coalition, b: Coalition): number {
  for (let player = 0; player < a.players; player++)
    if (a.has(player) !== b.has(player)) return a.has(player) ? 1 : -1
  return 0
}
