import { isWantOfMemory, Problem } from '#contract/problem.ts'
import type { Coalition } from './coalition.ts'
import { describeCoalition } from './game.ts'
import type { Game } from './game.ts'

export interface MemoiseOptions {
  /** The most coalitions that one call of the game's `values` gets (256). */
  batchSize?: number
  /** Called after each batch: coalitions evaluated and coalitions asked for (or expected), both distinct. */
  onProgress?: (evaluated: number, asked: number) => void
}

export interface MemoisedGame extends Game {
  /** Coalitions asked for so far, repetitions included. */
  readonly requests: number
  /** Distinct coalitions evaluated so far: what was paid. */
  readonly evaluations: number
  /** Progress tells at least this many as asked for, though they are asked for round by round. */
  expect(evaluations: number): void
}

/**
 * Evaluates each coalition once, also when asked twice at the same time. New coalitions go to the game in the game's
 * own order, or else in that of their first request, in batches. A failed batch is forgotten, so that it may be asked
 * again.
 *
 * Throws `evaluation-failed`, naming the coalition, when the game fails or a value is not a finite number.
 */
export function memoise(game: Game, options: MemoiseOptions = {}): MemoisedGame {
  const { batchSize = 256, onProgress } = options
  const known = new Map<string, number>()
  const underway = new Map<string, Promise<void>>()
  let requests = 0
  let expected = 0

  async function evaluate(coalitions: readonly Coalition[]): Promise<void> {
    for (let from = 0; from < coalitions.length; from += batchSize) {
      const batch = coalitions.slice(from, from + batchSize)
      const values = await evaluateBatch(game, batch)
      batch.forEach((coalition, i) => known.set(coalition.key, values[i]))
      for (const coalition of batch) underway.delete(coalition.key)
      onProgress?.(known.size, Math.max(expected, known.size + underway.size))
    }
  }

  async function values(coalitions: readonly Coalition[]): Promise<number[]> {
    requests += coalitions.length
    const wanted = new Map(coalitions.map((coalition) => [coalition.key, coalition]))
    const fresh = [...wanted.values()].filter(({ key }) => !known.has(key) && !underway.has(key))
    if (fresh.length > 0) {
      if (game.compare) fresh.sort((a, b) => game.compare!(a, b))
      const evaluation = evaluate(fresh).finally(() => fresh.forEach(({ key }) => underway.delete(key)))
      for (const { key } of fresh) underway.set(key, evaluation)
    }
    const awaited = new Set([...wanted.keys()].flatMap((key) => underway.get(key) ?? []))
    await Promise.all(awaited)
    return coalitions.map(({ key }) => known.get(key)!)
  }

  return {
    players: game.players,
    values,
    get requests() {
      return requests
    },
    get evaluations() {
      return known.size
    },
    expect(evaluations) {
      expected = evaluations
    },
  }
}

async function evaluateBatch(game: Game, batch: readonly Coalition[]): Promise<number[]> {
  let values: number[]
  try {
    values = await game.values(batch)
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error
    // no coalition is to blame
    if (isWantOfMemory(error)) throw error
    const others = batch.length > 1 ? ` or one of ${batch.length - 1} evaluated with it` : ''
    const place = describeCoalition(game.players, batch[0]) + others
    const detail = error instanceof Error ? error.message : String(error)
    throw new Problem('evaluation-failed', place, detail, { cause: error })
  }
  batch.forEach((coalition, i) => {
    if (Number.isFinite(values[i])) return
    const place = describeCoalition(game.players, coalition)
    throw new Problem('evaluation-failed', place, `its value is ${values[i]}`)
  })
  return values
}
