import type { Dataset } from '#worker/dataset/dataset.ts'

/** The split of every sample. */
export function homesOf(dataset: Dataset): string[] {
  const homes: string[] = []
  for (const [split, indices] of Object.entries(dataset.splits))
    for (const index of indices) homes[index] = split
  return homes
}

/** Keys whose samples are in more than one split. */
export function straddling(dataset: Dataset, keyOf: (index: number) => string): string[] {
  const splits = new Map<string, Set<string>>()
  homesOf(dataset).forEach((home, index) => {
    const key = keyOf(index)
    splits.set(key, (splits.get(key) ?? new Set()).add(home))
  })
  return [...splits].filter(([, homes]) => homes.size > 1).map(([key]) => key)
}
