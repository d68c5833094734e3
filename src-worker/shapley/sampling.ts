import { bandOf, unseenBy, widestRange } from '#contract/shapley/band.ts'
import type { Contribution, TracePoint, TruncationBias } from '#contract/shapley.ts'
import { studentT } from '#contract/statistics/student-t.ts'
import { Coalition } from './coalition.ts'
import type { EstimateRequest, Outcome } from './estimator.ts'
import type { MemoisedGame } from './memoise.ts'

/**
 * What an estimator draws, unit after unit: a permutation, a permutation with its reverse, a pair of coalitions. Units
 * are independent of each other; t-th numbers come from a stream of their own.
 */
export interface Sampler {
  /** Drawn when no rule ends the drawing before. */
  readonly units: number
  /** Coalition values behind one unit's numbers: 2 in an antithetic pair. */
  readonly perUnit: number
  /** The most evaluations after `units`, v(∅) and v(N) included; knows better once some are drawn, if units differ. */
  most(units: number): number
  /** Values the units that are not drawn yet, up to `units`, in one go where it can. */
  drawUpTo(units: number): Promise<void>
  /** Distinct coalitions that the first `units` have asked for. */
  evaluations(units: number): number
  /** For each player what the first `units` say of it; the mean is φ̂, sd/√length its standard error. */
  samples(units: number): number[][]
  /** Where units are cut short: what that leaves out of the first `units`. */
  bias?(units: number): TruncationBias
}

/** Units before the standard error is looked at: with fewer, a rare contribution looks like none. */
const firstLook = 8
/** Units that are always drawn, since one alone has no standard error. */
const fewestUnits = 2
/** Coalitions that are valued before the clock is read again. */
const roundSize = 48

/** Draws until the budget is spent or a rule of `request.stop` ends it. */
export async function sampleUntilStopped(
  game: MemoisedGame,
  sampler: Sampler,
  { stop = {} }: EstimateRequest,
): Promise<Outcome> {
  const begun = performance.now()
  const { evaluations = Infinity, seconds = Infinity, standardError: target = 0 } = stop
  let stopped: Outcome['stopped'] | null = null
  let drawn = 0
  let look = firstLook
  let affordable = countAffordable(sampler, drawn, evaluations)
  while (stopped === null) {
    const round = seconds < Infinity ? drawn + roundUnits(sampler) : affordable
    drawn = Math.min(affordable, round, target > 0 ? look : Infinity)
    if (drawn < affordable) game.expect(sampler.most(affordable))
    await sampler.drawUpTo(drawn)
    affordable = countAffordable(sampler, drawn, evaluations)
    if (drawn === sampler.units) stopped = 'budget'
    else if (drawn === affordable) stopped = 'evaluations'
    else if (drawn >= fewestUnits && performance.now() - begun >= 1000 * seconds) stopped = 'seconds'
    else if (target > 0 && drawn === look) {
      if (reaches(sampler.samples(drawn), target)) stopped = 'standard-error'
      look *= 2
    }
  }
  const n = game.players.length
  const [empty, grand] = await game.values([Coalition.empty(n), Coalition.full(n)])
  const marginals = sampler.samples(drawn)
  return {
    contributions: contributionsFrom(game, marginals, sampler.perUnit),
    marginals,
    grand,
    empty,
    stopped,
    bias: sampler.bias?.(drawn),
    trace: traceOf(sampler, drawn),
  }
}

function countAffordable(sampler: Sampler, drawn: number, evaluations: number): number {
  if (evaluations === Infinity) return sampler.units
  let units = Math.max(drawn, Math.min(fewestUnits, sampler.units))
  while (units < sampler.units && sampler.most(units + 1) <= evaluations) units++
  return units
}

const roundUnits = (sampler: Sampler): number =>
  Math.max(1, Math.floor((sampler.units * roundSize) / sampler.most(sampler.units)))

/**
 * Whether every standard error is small enough; of samples that are all the same, which have none, what may be unseen is
 * taken for half a band.
 */
function reaches(samples: readonly (readonly number[])[], target: number): boolean {
  const range = widestRange(samples)
  return samples.every((own) => {
    const { standardError } = meanOf(own)
    if (standardError === null || standardError > target) return false
    const unseen = unseenBy(own, range)
    return unseen === undefined || unseen <= studentT(0.05, own.length - 1) * target
  })
}

function contributionsFrom(
  { players }: MemoisedGame,
  marginals: readonly (readonly number[])[],
  perUnit: number,
): Contribution[] {
  const range = widestRange(marginals)
  return players.map(({ id }, i) => {
    const samples = perUnit * marginals[i].length
    const { mean: phi, standardError } = meanOf(marginals[i])
    const { low, high } = bandOf(marginals[i]) ?? { low: null, high: null }
    const unseen = unseenBy(marginals[i], range)
    return { id, phi, standardError, low, high, ...(unseen !== undefined && { unseen }), samples }
  })
}

/** Mean and its standard error sd/√m with m − 1 in the variance; null for a single sample. */
function meanOf(samples: readonly number[]): { mean: number; standardError: number | null } {
  const m = samples.length
  const mean = samples.reduce((sum, x) => sum + x, 0) / m
  if (m < 2) return { mean, standardError: null }
  const squares = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (m - 1) / m) }
}

/** A point for the first unit at or beyond each 2^k evaluations, and for the last: at most log₂ of them. */
function traceOf(sampler: Sampler, drawn: number): TracePoint[] {
  const points: TracePoint[] = []
  let threshold = 1
  for (let units = Math.min(fewestUnits, drawn); units <= drawn; units++) {
    const evaluations = sampler.evaluations(units)
    if (evaluations < threshold && units < drawn) continue
    while (threshold <= evaluations) threshold *= 2
    const means = sampler.samples(units).map(meanOf)
    points.push({
      evaluations,
      phi: means.map(({ mean }) => mean),
      standardError: means.map(({ standardError }) => standardError),
    })
  }
  return points
}

/** Distinct coalitions after each unit, counted as units ask for them. */
export class DistinctCounter {
  readonly #seen: Set<string>
  readonly #after: number[] = []

  constructor(coalitions: readonly Coalition[]) {
    this.#seen = new Set(coalitions.map(({ key }) => key))
  }

  addUnit(coalitions: Iterable<Coalition>): void {
    for (const { key } of coalitions) this.#seen.add(key)
    this.#after.push(this.#seen.size)
  }

  after = (units: number): number => this.#after[units - 1]
}
