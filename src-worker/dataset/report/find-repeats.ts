import type { DatasetReport } from '#contract/dataset/report.ts'

/** Groups that are named. */
const mostExamples = 20

interface Sample {
  row: number
  label: string
  content: string
}

/** Samples that are equal in all modalities, and those of them that are labelled differently; counted without the first of each. */
export function findRepeats(
  samples: readonly Sample[],
): Pick<DatasetReport, 'duplicates' | 'contradictions'> {
  const groups = [...Map.groupBy(samples, ({ content }) => content).values()].filter(
    ({ length }) => length > 1,
  )
  const contradicting = groups.filter((group) => new Set(group.map(({ label }) => label)).size > 1)
  return { duplicates: repeatsOf(groups), contradictions: repeatsOf(contradicting) }
}

const repeatsOf = (groups: readonly Sample[][]): DatasetReport['duplicates'] => ({
  count: groups.reduce((sum, { length }) => sum + length - 1, 0),
  examples: groups.slice(0, mostExamples).map((group) => group.slice(0, mostExamples).map(({ row }) => row)),
})
