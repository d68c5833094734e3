import type { RunSummary } from '#contract/calls/runs.ts'
import type { RunStateName } from '#contract/status.ts'

const sortKeys = ['name', 'strategy', 'score', 'gain', 'parameters', 'latency', 'started'] as const
export type SortKey = (typeof sortKeys)[number]

export interface Sorting {
  key: SortKey
  descending: boolean
}

/** `-score` ↔ by score, the largest first; anything unknown is the default: the newest first. */
export function sortingFromText(text: string): Sorting {
  const key = sortKeys.find((known) => known === text.replace(/^-/, ''))
  return key ? { key, descending: text.startsWith('-') } : { key: 'started', descending: true }
}

export const textFromSorting = ({ key, descending }: Sorting): string => (descending ? `-${key}` : key)

/** Every word of the filter occurs in the run's name, id, dataset, strategy, space or state. */
export function matchesFilter(run: RunSummary, filter: string): boolean {
  const text = [run.name, run.id, run.dataset, run.strategy, run.space, run.state, `seed ${run.seed}`]
    .join(' ')
    .toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** How much better the derived architecture is than the best single modality. */
export function gainOf({ score, bestSingle }: RunSummary): number | null {
  return score && bestSingle ? score.mean - bestSingle.mean : null
}

const values: Record<SortKey, (run: RunSummary) => string | number | null> = {
  name: (run) => (run.name || run.id).toLowerCase(),
  strategy: (run) => run.strategy,
  score: (run) => run.score?.mean ?? null,
  gain: gainOf,
  parameters: (run) => run.parameters,
  latency: (run) => run.latencyMs,
  started: (run) => run.createdAt,
}

/** Sorted rows; what has no value stands last in either direction. */
export function sortRuns(runs: readonly RunSummary[], { key, descending }: Sorting): RunSummary[] {
  const value = values[key]
  const sign = descending ? -1 : 1
  return runs.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)]
    if (one === null || other === null) return Number(one === null) - Number(other === null)
    return one < other ? -sign : one > other ? sign : b.createdAt - a.createdAt
  })
}

/** How many runs are in each state that occurs. */
export function countStates(runs: readonly RunSummary[]): { state: RunStateName; count: number }[] {
  const groups = Map.groupBy(runs, ({ state }) => state)
  return [...groups].map(([state, { length }]) => ({ state, count: length }))
}
