import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { DatasetEntry } from '#contract/calls/datasets.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { DatasetSpec } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import { isMarked, withMark } from '#contract/run/score-name.ts'
import { readConfig } from '#worker/run-directory/read.ts'

/** Finds the runs on a dataset. What a run was configured to use never changes, so it is read once. */
export class RunsOnDatasets {
  readonly #runsDir: string
  readonly #specs = new Map<string, DatasetSpec | null>()

  constructor(runsDir: string) {
    this.#runsDir = runsDir
  }

  /** Of `runs`, those whose configuration names the same data, read in the same way. */
  of(spec: DatasetSpec, name: string | undefined, runs: readonly RunSummary[]): RunSummary[] {
    const own = [name, spec.kind === 'table' ? basename(spec.path) : undefined]
    const names = new Set(own.flatMap((one) => (one === undefined ? [] : [one, withMark(one, true)])))
    return runs.filter(({ id, dataset }) => {
      const perhaps = spec.kind === 'table' ? names.has(dataset) : dataset.startsWith(spec.kind)
      if (!perhaps) return false
      const other = this.#specOf(id)
      return other !== null && sameData(spec, other)
    })
  }

  /** Null for a run that cannot be read. */
  #specOf(id: string): DatasetSpec | null {
    const known = this.#specs.get(id)
    if (known !== undefined) return known
    const spec = readSpec(join(this.#runsDir, id))
    this.#specs.set(id, spec)
    return spec
  }
}

function readSpec(directory: string): DatasetSpec | null {
  try {
    return readConfig(directory).dataset
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

/** Splits, sizes and what becomes of unusable rows may differ. */
function sameData(one: DatasetSpec, other: DatasetSpec): boolean {
  if (one.kind !== 'table' || other.kind !== 'table') return one.kind === other.kind
  return (
    one.path === other.path &&
    one.label === other.label &&
    one.labelSeparator === other.labelSeparator &&
    isDeepStrictEqual(one.modalities, other.modalities)
  )
}

/** What a list says of the runs on a dataset. Where the test split has chosen an epoch, scores are too high to be the best. */
export function summariseRuns(runs: readonly RunSummary[]): DatasetEntry['runs'] {
  const scored = runs.flatMap(({ id, name, dataset, score }) =>
    score && !isMarked(dataset) ? [{ id, name: name || id, mean: score.mean }] : [],
  )
  const [best = null] = scored.toSorted((a, b) => b.mean - a.mean)
  return { total: runs.length, active: runs.filter(isActive).length, best }
}

const isActive = ({ state }: RunSummary): boolean => state === 'queued' || state === 'running'
