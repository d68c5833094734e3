import { describe, expect, it } from 'vitest'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { PointRow } from '../../../src-renderer/studies/results.ts'
import { studyVerdict } from '../../../src-renderer/studies/verdict.ts'

/** A point with its scores by seed; null for a run that is not done. */
function row(index: number, label: string, scores: (number | null)[]): PointRow {
  const done = scores.filter((score) => score !== null)
  const mean = done.reduce((sum, score) => sum + score, 0) / done.length
  return {
    point: { index, position: [index], labels: [label] },
    cells: scores.map((score, i) => ({
      seed: i + 1,
      run: { id: `r${index}${i}`, score: score === null ? null : { mean: score } } as RunSummary,
    })),
    score: done.length > 0 ? { mean, deviation: 0, repetitions: done.length } : null,
    difference: null,
  }
}
const low = row(0, 'darts', [0.6, 0.61, 0.62])
const high = row(1, 'shapley', [0.7, 0.71, 0.73])

describe('the verdict on a study', () => {
  it('names the best point and how many others are left behind beyond chance', () => {
    expect(studyVerdict([low, high])).toMatch(
      /^“shapley” scores highest, 0\.713: surely better than the other\. .*“darts” is \+0\.103 \[\+/,
    )
    const near = row(2, 'random', [0.72, 0.69, 0.71])
    expect(studyVerdict([low, high, near])).toContain('surely better than 1 of the 2 others')
    expect(studyVerdict([high, near])).toContain('not surely better than the other')
  })

  it('says that runs are missing, and nothing before two points have a score', () => {
    expect(studyVerdict([low, row(1, 'shapley', [0.9, null, null])])).toMatch(/^So far .*not surely better/)
    expect(studyVerdict([low, row(1, 'shapley', [null, null, null])])).toBeNull()
  })
})
