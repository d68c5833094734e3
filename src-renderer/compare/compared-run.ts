import type { RunSummary } from '#contract/calls/runs.ts'
import type { RunConfig } from '#contract/config.ts'
import { latest, type RunState } from '#contract/run-state.ts'

/** A run as it came from the back end. */
export interface LoadedRun {
  summary: RunSummary
  config: RunConfig
  state: RunState
}

/** One of the runs that stand side by side. */
export interface ComparedRun extends LoadedRun {
  id: string
  /** A, B, C, …: its place in the address, short enough for columns and line ends. */
  letter: string
  /** Its name, made distinct by seed or id where several runs share it. */
  label: string
  /** Content hash of its dataset, or null before the data were read. */
  datasetHash: string | null
  /** Its place in the address, which decides its colour. */
  index: number
}

/** The runs in the order of `ids`, each with its letter and a label that no other has; what is not loaded is left out. */
export function comparedRuns(ids: readonly string[], loaded: ReadonlyMap<string, LoadedRun>): ComparedRun[] {
  const runs = ids.flatMap((id, index) => {
    const run = loaded.get(id)
    return run ? [{ ...run, id, index }] : []
  })
  const names = runs.map(({ id, summary }) => summary.name || id)
  const seeded = runs.map(({ config }, i) =>
    isUnique(names, i) ? names[i] : `${names[i]}, seed ${config.seed}`,
  )
  return runs.map((run, i) => ({
    ...run,
    letter: letterOf(run.index),
    label: isUnique(seeded, i) ? seeded[i] : `${seeded[i]}, ${run.id}`,
    datasetHash: latest(run.state, 'dataset')?.summary.hash ?? null,
  }))
}

const isUnique = (texts: readonly string[], index: number) =>
  texts.every((text, i) => i === index || text !== texts[index])

const letterOf = (index: number): string => String.fromCharCode(65 + index)

/** Runs by the content of their dataset, for the warning that scores on different data do not compare. */
export function runsByDataset(
  runs: readonly ComparedRun[],
): { name: string; hash: string; letters: string[] }[] {
  const read = runs.filter(({ datasetHash }) => datasetHash !== null)
  return [...Map.groupBy(read, ({ datasetHash }) => datasetHash!)].map(([hash, group]) => ({
    hash,
    name: latest(group[0].state, 'dataset')!.summary.name,
    letters: group.map(({ letter }) => letter),
  }))
}

/** The first run whose derived architecture has a test score, else the first. */
export const defaultReference = (runs: readonly ComparedRun[]): ComparedRun | undefined =>
  runs.find(({ state }) => state.byType.model.some(({ model }) => model === 'derived')) ?? runs[0]
