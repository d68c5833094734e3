import { alignedChoices } from '#contract/compare/genotypes.ts'
import type { Genotype } from '#contract/genotype.ts'
import { rankCorrelation } from '#contract/statistics.ts'

/** The share of decisions in which two architectures chose the same, the order of a pair of inputs aside. */
export function sameChoices(a: Genotype, b: Genotype): number {
  const decisions = alignedChoices([a, b])
  const same = decisions.filter(({ labels: [one, other] }) => chosen(one) === chosen(other))
  return same.length / decisions.length
}

const chosen = (labels: readonly string[] | null) => labels?.toSorted().join()

/** The mean of `agree` over all pairs; null for fewer than two. Pairs that it cannot tell of are left out. */
export function agreementOf<T>(
  items: readonly T[],
  agree: (one: T, other: T) => number | null,
): number | null {
  const found = items.flatMap((one, i) => items.slice(i + 1).map((other) => agree(one, other)))
  const known = found.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** Spearman's ρ between the φ of two runs over the players that both have. */
export function phiAgreement(a: Record<string, number>, b: Record<string, number>): number | null {
  const ids = Object.keys(a).filter((id) => Object.hasOwn(b, id))
  return rankCorrelation(
    ids.map((id) => a[id]),
    ids.map((id) => b[id]),
  )
}
