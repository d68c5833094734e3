import { mostComparedRuns } from '#contract/calls/compare.ts'

/** A comparison needs two runs. */
export const fewestRuns = 2
export const mostRuns = mostComparedRuns

/** `a,b,c` in an address ↔ the runs' ids, each once, in their order. */
export const runIdsFromText = (text: string): string[] => [
  ...new Set(text.split(',').filter((id) => id !== '')),
]

export const textFromRunIds = (ids: readonly string[]): string => ids.join(',')

/** Takes the run out if it is chosen, else adds it at the end. */
export const toggleRun = (ids: readonly string[], id: string): string[] =>
  ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]

/** Whether so many runs can stand side by side. */
export const canCompare = (count: number): boolean => count >= fewestRuns && count <= mostRuns

export const compareRoute = (ids: readonly string[]) => ({
  path: '/compare',
  query: { runs: textFromRunIds(ids) },
})
