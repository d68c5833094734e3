import type { LabelFacts } from '#contract/dataset/report.ts'
import type { Dataset } from '../dataset.ts'

/** Fewer occurrences than this can fall together by chance. */
const fewestTogether = 5
const mostExamples = 20

/** What the labels of a multi-label task are like; null of a single-label one, where each sample has one. */
export function labelFactsOf({ task, classes, samples }: Dataset): LabelFacts | null {
  if (task === 'single-label') return null
  const counts = samples.map(({ labels }) => labels.length)
  return {
    mean: counts.reduce((sum, count) => sum + count, 0) / samples.length,
    most: counts.reduce((most, count) => Math.max(most, count), 0),
    none: counts.filter((count) => count === 0).length,
    together: inseparable(classes, samples),
  }
}

/** Classes that exactly the same samples have, most frequent first: nothing can tell them apart. */
function inseparable(classes: readonly string[], samples: Dataset['samples']): LabelFacts['together'] {
  const carriers = classes.map(() => [] as number[])
  samples.forEach(({ labels }, index) => {
    for (const label of labels) carriers[label]!.push(index)
  })
  const groups = Map.groupBy(
    classes.map((name, label) => ({ name, of: carriers[label]! })),
    ({ of }) => of.join(' '),
  )
  return [...groups.values()]
    .filter((group) => group.length > 1 && group[0]!.of.length >= fewestTogether)
    .map((group) => ({ labels: group.map(({ name }) => name), count: group[0]!.of.length }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, mostExamples)
}
