import type { RunComparison } from '../calls/compare.ts'

/** One of the runs that stand side by side. */
export interface ComparedRun extends RunComparison {
  /** A, B, C, …: its place in the address, short enough for columns and line ends. */
  letter: string
  /** Its name, made distinct by seed or id where several runs share it. */
  label: string
  /** Its place in the address, which decides its colour. */
  index: number
}

/** The runs in the order of `ids`, each with its letter and a label that no other has; what is not loaded is left out. */
export function comparedRuns(
  ids: readonly string[],
  loaded: ReadonlyMap<string, RunComparison>,
): ComparedRun[] {
  const runs = ids.flatMap((id, index) => {
    const run = loaded.get(id)
    return run ? [{ ...run, index }] : []
  })
  const names = withoutSharedEnd(runs.map(({ id, summary }) => summary.name || id))
  const seeded = runs.map(({ config }, i) =>
    isUnique(names, i) ? names[i] : `${names[i]}, seed ${config.seed}`,
  )
  return runs.map((run, i) => ({
    ...run,
    letter: letterOf(run.index),
    label: isUnique(seeded, i) ? seeded[i] : `${seeded[i]}, ${run.id}`,
  }))
}

/** Runs of one study all end in its name, which none is told apart by. */
function withoutSharedEnd(names: readonly string[]): readonly string[] {
  const end = / · .+$/.exec(names[0] ?? '')?.[0]
  if (end === undefined || names.length < 2) return names
  const isShared = names.every((name) => name.length > end.length && name.endsWith(end))
  return isShared ? names.map((name) => name.slice(0, -end.length)) : names
}

const isUnique = (texts: readonly string[], index: number) =>
  texts.every((text, i) => i === index || text !== texts[index])

const letterOf = (index: number): string => String.fromCharCode(65 + index)

/** Runs by the content of their dataset, for the warning that scores on different data do not compare. */
export function runsByDataset(
  runs: readonly ComparedRun[],
): { name: string; hash: string; letters: string[] }[] {
  const read = runs.flatMap(({ letter, digest: { dataset } }) => (dataset ? [{ letter, ...dataset }] : []))
  return [...Map.groupBy(read, ({ hash }) => hash)].map(([hash, group]) => ({
    hash,
    name: group[0].name,
    letters: group.map(({ letter }) => letter),
  }))
}

/** Test scores of the derived architecture by repetition, or null before there is one. */
export const derivedScores = ({ digest }: ComparedRun): readonly number[] | null =>
  digest.models.find(({ model }) => model === 'derived')?.scores ?? null

/** The first run whose derived architecture has a test score, else the first. */
export const defaultReference = (runs: readonly ComparedRun[]): ComparedRun | undefined =>
  runs.find((run) => derivedScores(run) !== null) ?? runs[0]
