import type { RunSummary } from '#contract/calls/runs.ts'
import type { Genotype } from '#contract/genotype.ts'
import { digestOf } from '#contract/run/digest.ts'
import { latest } from '#contract/run/state.ts'
import type { ContributionRow, DigestRow, RunRow } from './schema.ts'
import { summaryFromRun, type SummarySource } from './summary.ts'

/** A run's row; a pure function of its run directory and of what its files look like. */
export function runRow(source: SummarySource, signature: string): RunRow {
  const { score, bestSingle, ...summary } = summaryFromRun(source)
  return {
    ...summary,
    ...searchColumns(summary),
    scoreMean: score?.mean ?? null,
    scoreDeviation: score?.deviation ?? null,
    scoreRepetitions: score?.repetitions ?? null,
    bestSingleModel: bestSingle?.model ?? null,
    bestSingleMean: bestSingle?.mean ?? null,
    genotype: chosenGenotype(source),
    signature,
  }
}

type Searched = Pick<
  RunSummary,
  'id' | 'name' | 'dataset' | 'strategy' | 'space' | 'state' | 'seed' | 'tags' | 'notes'
>

/** What the list of runs sorts names by, and what its text filter looks through. */
export function searchColumns(run: Searched): Pick<RunRow, 'sortName' | 'searchText'> {
  const { id, name, dataset, strategy, space, state, seed, tags, notes } = run
  const searched = [name, id, dataset, strategy, space, state, `seed ${seed}`, ...tags, notes]
  return { sortName: (name || id).toLowerCase(), searchText: searched.join(' ').toLowerCase() }
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

/** A run's digest; a pure function of its run directory. */
export function digestRow(source: SummarySource): DigestRow {
  const { name: _name, seed: _seed, study: _study, ...settings } = source.config
  const digest = digestOf(source.state)
  return {
    run: source.id,
    updatedAt: summaryFromRun(source).updatedAt,
    digest,
    multiplyAdds: digest.models.find(({ model }) => model === 'derived')?.multiplyAdds ?? null,
    settings: JSON.stringify(settings),
  }
}

/** The genotype that the search kept, or the newest epoch's while it still searches. */
function chosenGenotype({ state }: SummarySource): Genotype | null {
  return (latest(state, 'searched') ?? latest(state, 'search-epoch'))?.genotype ?? null
}
