import { alignedChoices, placeName, type Place } from '#contract/compare/genotypes.ts'
import type { Genotype } from '#contract/genotype.ts'
import type { Table } from '#contract/table.ts'

/** How often each choice of one decision was made. */
export interface ConsensusDecision extends Place {
  decision: string
  /** Runs whose architecture has this place. */
  runs: number
  /** The most frequent first; equals in alphabetical order. */
  choices: { label: string; count: number; share: number }[]
  /** Share of the choices that two runs have in common, mean over all pairs; null for a single run. */
  agreement: number | null
}

/** Choices by cell and node over architectures that were searched independently. */
export function consensusOf(genotypes: readonly Genotype[]): ConsensusDecision[] {
  return alignedChoices(genotypes).map(({ labels, ...place }) => {
    const sets = labels.filter((own) => own !== null).map((own) => new Set(own))
    const counts = Map.groupBy(
      sets.flatMap((set) => [...set]),
      (label) => label,
    )
    const choices = [...counts]
      .map(([label, { length: count }]) => ({ label, count, share: count / sets.length }))
      .toSorted((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    return { ...place, runs: sets.length, choices, agreement: pairwiseOverlap(sets) }
  })
}

function pairwiseOverlap(sets: readonly ReadonlySet<string>[]): number | null {
  const overlaps = sets.flatMap((one, i) =>
    sets.slice(i + 1).map((other) => one.intersection(other).size / Math.max(one.size, other.size)),
  )
  return overlaps.length === 0 ? null : overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length
}

/** Mean agreement over all decisions; null for a single run. */
export function overallAgreement(decisions: readonly ConsensusDecision[]): number | null {
  const known = decisions.flatMap(({ agreement }) => (agreement === null ? [] : [agreement]))
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

export function consensusTable(decisions: readonly ConsensusDecision[]): Table {
  return {
    columns: ['place', 'choice', 'runs that chose it', 'of runs', 'share', 'agreement'],
    rows: decisions.flatMap((decision) =>
      decision.choices.map(({ label, count, share }) => [
        placeName(decision),
        label,
        count,
        decision.runs,
        share,
        decision.agreement,
      ]),
    ),
  }
}
