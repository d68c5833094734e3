import type { Axis } from './axis.ts'

/** How much of the score's variance the values of one setting alone explain. */
export interface Importance {
  key: string
  label: string
  /** η², corrected for the number of values (as the adjusted R²), 0–1. */
  share: number
  /** Runs with a known value, and how many different values or groups of values they have. */
  runs: number
  groups: number
}

/** Fewer runs say nothing. */
export const fewestRunsForImportance = 8
/** Figures of more values than this are put into this many groups of equal size. */
const mostGroups = 6

/**
 * Variance of the score between the groups of each setting over the whole variance: what that setting explains alone, not
 * what it causes. Settings of one value, or of more groups than half of the runs, are left out. The largest first.
 */
export function importances(
  settings: readonly Axis[],
  scores: readonly (number | null)[],
  indices: readonly number[],
): Importance[] {
  return settings
    .flatMap((axis) => {
      const known = indices.filter((i) => axis.values[i] !== null && scores[i] !== null)
      const groups = groupsOf(axis, known)
      if (known.length < fewestRunsForImportance || groups.length < 2) return []
      if (groups.length > known.length / 2) return []
      const share = explainedShare(groups.map((group) => group.map((i) => scores[i]!)))
      if (share === null) return []
      return [{ key: axis.key, label: axis.label, share, runs: known.length, groups: groups.length }]
    })
    .toSorted((a, b) => b.share - a.share)
}

/** Equal values together; figures of many values in order, cut into groups of about equal size between different values. */
function groupsOf({ values, words }: Axis, indices: readonly number[]): number[][] {
  const equal = [...Map.groupBy(indices, (i) => values[i]!).entries()].sort(([a], [b]) => a - b)
  if (words || equal.length <= mostGroups) return equal.map(([, group]) => group)
  const groups: number[][] = Array.from({ length: mostGroups }, () => [])
  let seen = 0
  for (const [, group] of equal) {
    const middle = seen + group.length / 2
    groups[Math.min(mostGroups - 1, Math.floor((mostGroups * middle) / indices.length))].push(...group)
    seen += group.length
  }
  return groups.filter(({ length }) => length > 0)
}

/** 1 − (1 − η²)·(n − 1)/(n − k), at least 0; null where all values are equal. */
export function explainedShare(groups: readonly (readonly number[])[]): number | null {
  const all = groups.flat()
  const mean = average(all)
  const total = squares(all, mean)
  if (total < 1e-18) return null
  const within = groups.reduce((sum, group) => sum + squares(group, average(group)), 0)
  const free = all.length - groups.length
  return free > 0 ? Math.max(0, 1 - (within / total) * ((all.length - 1) / free)) : null
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const squares = (values: readonly number[], mean: number) =>
  values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
