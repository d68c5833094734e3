import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RunConfig } from '#contract/config.ts'
import type { Genotype } from '#contract/genotype.ts'
import { foldEvents, latest, scoreTable, type RunState } from '#contract/run/state.ts'
import { watchRun } from '#main/cli/watch-run.ts'
import { listRuns, readConfig, readEvents, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { branchRun } from './branch-run.ts'

/** What a finished run says of its row. Scores are those of the derived architecture, 0–1. */
export interface RowResult {
  row: string
  seed: number
  test: number
  validation: number
  /** Test score of the concatenation of the same features. */
  concatenation: number
  /** Forward passes of one sample that the search spent. */
  cost: number
  searchSeconds: number
  genotype: Genotype
  /** φ of every player, by id, in the last epoch that was valued; null where none was. */
  phi: Record<string, number> | null
}

/**
 * The finished run of a configuration: one that the data folder has, or has begun, else a new one, which takes the
 * backbones of `sibling` (`branchRun`).
 */
export async function finishRun(
  dataDir: string,
  config: RunConfig,
  sibling: string | null,
): Promise<{ directory: string; state: RunState; reused: boolean }> {
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir, { recursive: true })
  const directory = findRun(runsDir, config) ?? makeRun(runsDir, config, sibling)
  const reused = readStatus(directory).state === 'done'
  if (!reused) {
    const { outcome } = await watchRun(directory, dataDir, (line) => console.error(line))
    if (outcome !== 'done') throw new Error(`${directory} was stopped`)
  }
  return { directory, state: foldEvents(readEvents(directory)), reused }
}

function findRun(runsDir: string, config: RunConfig): string | undefined {
  const wanted = JSON.stringify(config)
  return listRuns(runsDir)
    .map((id) => join(runsDir, id))
    .find((directory) => JSON.stringify(readConfig(directory)) === wanted)
}

const makeRun = (runsDir: string, config: RunConfig, sibling: string | null): string =>
  sibling ? branchRun(runsDir, config, sibling) : createRun(runsDir, config).directory

export function resultOf(row: string, { seed }: RunConfig, state: RunState): RowResult {
  const scores = new Map(scoreTable(state).map(({ model, mean }) => [model, mean]))
  const derived = state.byType.model.filter(({ model }) => model === 'derived')
  const epochs = state.byType['search-epoch']
  const valued = epochs.findLast(({ shapley }) => shapley !== null)?.shapley
  const begun = latest(state, 'space')!.at
  return {
    row,
    seed,
    test: scores.get('derived')!,
    validation: derived.reduce((sum, { validationScore }) => sum + validationScore, 0) / derived.length,
    concatenation: scores.get('concatenation')!,
    cost: epochs.at(-1)!.cost,
    searchSeconds: (latest(state, 'searched')!.at - begun) / 1000,
    genotype: latest(state, 'searched')!.genotype,
    phi: valued ? Object.fromEntries(valued.contributions.map(({ id, phi }) => [id, phi])) : null,
  }
}
