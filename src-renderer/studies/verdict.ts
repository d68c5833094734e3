import { formatDifference } from '#contract/format.ts'
import { pointName } from '#contract/config/study.ts'
import { pairedScores, type PointRow } from './results.ts'

/** Which point of a study is best, and how sure that is; null before two of them have a score. */
export function studyVerdict(rows: readonly PointRow[]): string | null {
  const ranked = rows
    .flatMap((row) => (row.score ? [{ ...row, mean: row.score.mean }] : []))
    .toSorted((a, b) => b.mean - a.mean)
  if (ranked.length < 2) return null
  const [best, ...others] = ranked
  const leads = others.map(({ cells }) => pairedScores(best.cells, cells))
  const beaten = leads.filter((lead) => (lead?.band?.low ?? 0) > 0).length
  const allDone = rows.every(({ cells }) => cells.every(({ run }) => run?.score))
  const name = `“${pointName(best.point)}”`
  const first = `${allDone ? '' : 'So far '}${name} scores highest, ${best.mean.toFixed(3)}: ${claim(beaten, others.length)}.`
  const [next] = leads
  return next
    ? `${first} Its difference to “${pointName(others[0].point)}” is ${formatDifference(next.mean, next.band)}.`
    : first
}

function claim(beaten: number, count: number): string {
  const [all, any] =
    count === 1 ? ['the other', 'the other'] : [`all ${count} others`, `any of the ${count} others`]
  if (beaten === count) return `surely better than ${all}`
  return beaten === 0
    ? `not surely better than ${any}`
    : `surely better than ${beaten} of the ${count} others`
}
