import type { RunSummary } from '#contract/calls/runs.ts'
import type { Genotype } from '#contract/genotype.ts'
import { latest } from '#contract/run-state.ts'
import type { ContributionRow, RunRow } from './schema.ts'
import { summaryFromRun, type SummarySource } from './summary.ts'

/** A run's row; a pure function of its run directory and of what its files look like. */
export function runRow(source: SummarySource, signature: string): RunRow {
  const { score, bestSingle, ...summary } = summaryFromRun(source)
  return {
    ...summary,
    sortName: (summary.name || summary.id).toLowerCase(),
    searchText: searchText(summary),
    scoreMean: score?.mean ?? null,
    scoreDeviation: score?.deviation ?? null,
    scoreRepetitions: score?.repetitions ?? null,
    bestSingleModel: bestSingle?.model ?? null,
    bestSingleMean: bestSingle?.mean ?? null,
    genotype: chosenGenotype(source),
    signature,
  }
}

/** What the text filter of the list of runs looks through. */
function searchText(run: Omit<RunSummary, 'score' | 'bestSingle'>): string {
  const { name, id, dataset, strategy, space, state, seed, tags, notes } = run
  return [name, id, dataset, strategy, space, state, `seed ${seed}`, ...tags, notes].join(' ').toLowerCase()
}

/** φ of every player in every epoch of the run that still holds. */
export function contributionRows({ id, state }: SummarySource): ContributionRow[] {
  return state.byType['search-epoch'].flatMap(({ epoch, shapley }) =>
    (shapley?.contributions ?? []).map(({ id: player, phi, standardError }) => ({
      run: id,
      epoch,
      player,
      phi,
      standardError,
    })),
  )
}

/** The genotype that the search kept, or the newest epoch's while it still searches. */
function chosenGenotype({ state }: SummarySource): Genotype | null {
  return (latest(state, 'searched') ?? latest(state, 'search-epoch'))?.genotype ?? null
}
