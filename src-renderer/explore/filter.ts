import type { FacetCount, RunPoint } from '#contract/run/query.ts'

export interface PointFilter {
  /** Every word occurs in the name, id, dataset, strategy, space or tags, in any case; `seed 3` means that seed. */
  text: string
  datasets: readonly string[]
  strategies: readonly string[]
  spaces: readonly string[]
}

/** Places of the points that fit; an empty list fits all. */
export function filterPoints(points: readonly RunPoint[], filter: PointFilter): number[] {
  const seedPattern = /\bseed\s+(\d+)\b/
  const text = filter.text.toLowerCase()
  const seed = seedPattern.exec(text)?.[1]
  const words = text.replace(seedPattern, '').split(/\s+/).filter(Boolean)
  const fits = (chosen: readonly string[], value: string) => chosen.length === 0 || chosen.includes(value)
  return points.flatMap((point, i) => {
    if (!fits(filter.datasets, point.dataset) || !fits(filter.strategies, point.strategy)) return []
    if (!fits(filter.spaces, point.space)) return []
    if (seed !== undefined && point.seed !== Number(seed)) return []
    if (words.length === 0) return [i]
    const { name, id, dataset, strategy, space, tags } = point
    const searched = [name, id, dataset, strategy, space, ...tags].join(' ').toLowerCase()
    return words.every((word) => searched.includes(word)) ? [i] : []
  })
}

/** The values that occur, the most frequent first. */
export function countValues(points: readonly RunPoint[], of: (point: RunPoint) => string): FacetCount[] {
  const groups = Map.groupBy(points, of)
  return [...groups]
    .map(([value, { length: count }]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

/** Words in an address; a bar cannot stand in one of them. */
export const listFromText = (text: string): string[] => text.split('|').filter((word) => word !== '')
export const textFromList = (list: readonly string[]): string => list.join('|')
