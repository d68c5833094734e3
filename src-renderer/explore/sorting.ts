import type { RunPoint } from '#contract/run/query.ts'
import type { Sorting } from '../sorting.ts'
import type { Axis } from './axis.ts'

/** `-score`, `name` in an address. */
export const sortingFromText = (text: string): Sorting =>
  text.startsWith('-') ? { key: text.slice(1), descending: true } : { key: text, descending: false }

/** Places of the points in order; what is unknown stands last in either direction, equals the newest first. */
export function sortPoints(
  indices: readonly number[],
  points: readonly RunPoint[],
  axes: ReadonlyMap<string, Axis>,
  { key, descending }: Sorting,
): number[] {
  const values = axes.get(key)?.values
  const valueOf = (index: number) =>
    values ? values[index] : (points[index].name || points[index].id).toLowerCase()
  const sign = descending ? -1 : 1
  return indices.toSorted((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)]
    if (one === null || other === null) return Number(one === null) - Number(other === null) || a - b
    return one < other ? -sign : one > other ? sign : a - b
  })
}
