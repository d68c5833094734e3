import { pairedDifference, welchDifference, type Band } from '../statistics.ts'
import { derivedScores, type ComparedRun } from './compared-run.ts'
import { testScoreNames } from './score-groups.ts'

/** How far the derived architectures of two sides are apart: one run or several a side, equal but for their seeds. */
export interface RunDifference {
  mean: number
  /** 95 % band; null where there are too few values. */
  band: Band | null
  method: 'paired' | 'Welch'
  /** What was paired; null where nothing was. */
  pairs: { of: 'seeds' | 'repetitions'; count: number; better: number; worse: number } | null
  /** Why this method, and over how many values. */
  because: string
}

type Scored = { run: ComparedRun; scores: readonly number[] }

/**
 * The first side's mean test score less the second's. Paired over seeds where two or more seeds searched on equal data
 * (hash of samples, labels and splits) on both sides; paired over repetitions where one such seed did, because repetition i of both
 * then shares its chance. Otherwise Welch's difference of independent means, which is wider. Null where a side has no
 * score yet, and where the scores are of different kinds: accuracy less weighted F1 is no difference.
 */
export function differenceBetween(
  a: readonly ComparedRun[],
  b: readonly ComparedRun[],
): RunDifference | null {
  const [one, other] = [scored(a), scored(b)]
  if (one.length === 0 || other.length === 0 || testScoreNames([...a, ...b]).length > 1) return null
  const pairs = one.flatMap((left) => {
    const right = other.find(({ run }) => sharesChance(left.run, run))
    return right ? [[left, right] as const] : []
  })
  if (pairs.length >= 2) {
    const means = pairs.map((pair) => pair.map(({ scores }) => mean(scores)) as [number, number])
    return paired(means, 'seeds', 'equal data and seeds')
  }
  if (pairs.length === 1) {
    const [[left, right]] = pairs
    const repetitions = left.scores.slice(0, right.scores.length).map((score, i): [number, number] => {
      return [score, right.scores[i]]
    })
    return paired(repetitions, 'repetitions', 'equal data and seed')
  }
  return independent(one, other)
}

const scored = (runs: readonly ComparedRun[]): Scored[] =>
  runs.flatMap((run) => {
    const scores = derivedScores(run)
    return scores ? [{ run, scores }] : []
  })

function sharesChance(a: ComparedRun, b: ComparedRun): boolean {
  const [one, other] = [a.digest.dataset?.hash, b.digest.dataset?.hash]
  return one !== undefined && one === other && a.config.seed === b.config.seed
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function paired(
  values: readonly (readonly [number, number])[],
  of: 'seeds' | 'repetitions',
  why: string,
): RunDifference {
  const a = values.map(([left]) => left)
  const b = values.map(([, right]) => right)
  const { mean, band } = pairedDifference(a, b)!
  const better = values.filter(([left, right]) => left > right).length
  const worse = values.filter(([left, right]) => left < right).length
  const because =
    values.length === 1 ? `${why}: one pair of ${of}` : `${why}: ${values.length} pairs of ${of}`
  return { mean, band, method: 'paired', pairs: { of, count: values.length, better, worse }, because }
}

/** Over runs where both sides have several, else over repetitions. */
function independent(a: readonly Scored[], b: readonly Scored[]): RunDifference {
  const overRuns = a.length > 1 && b.length > 1
  const [one, other] = [a, b].map((side) =>
    side.flatMap(({ scores }) => (overRuns ? [mean(scores)] : scores)),
  )
  const hashes = new Set([...a, ...b].map(({ run }) => run.digest.dataset?.hash))
  const why = hashes.size > 1 ? 'the data differ' : 'the seeds differ'
  const because = `${why}: ${one.length} and ${other.length} ${overRuns ? 'runs' : 'repetitions'}`
  return { ...welchDifference(one, other), method: 'Welch', pairs: null, because }
}

/** `better in 5 of 5 seeds`: of the first side. Empty without pairs. */
export function describePairs({ pairs }: RunDifference): string {
  if (!pairs) return ''
  const { of, count, better } = pairs
  return `better in ${better} of ${count} ${count === 1 ? of.slice(0, -1) : of}`
}
