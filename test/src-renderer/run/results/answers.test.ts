import { describe, expect, it } from 'vitest'
import {
  answersOf,
  labelRows,
  labelTotals,
  samplesThat,
  type SampleFilter,
} from '../../../../src-renderer/run/results/answers.ts'
import type { Predictions } from '../../../../src-renderer/run/results/predictions.ts'

const any: SampleFilter = { outcome: null, truth: null, predicted: null }
const single: Predictions = {
  task: 'single-label',
  classes: ['cat', 'dog', 'eel'],
  //       0  1  2  3  4  5  6
  labels: [0, 0, 0, 0, 1, 1, 1],
  predicted: [0, 0, 1, 1, 1, 1, 0],
}
const several: Predictions = {
  task: 'multi-label',
  classes: ['wet', 'red', 'old'],
  labels: [],
  predicted: [],
  labelSets: [[0, 1], [0], [1], [], [0, 1]],
  predictedSets: [[0, 1], [0, 2], [], [], [1, 2]],
}

describe('the samples of a single-label task', () => {
  const answers = answersOf(single)

  it('are filtered by mistake and by pair of classes', () => {
    expect(samplesThat(answers, any)).toHaveLength(7)
    expect(samplesThat(answers, { ...any, outcome: 'wrong' })).toEqual([2, 3, 6])
    expect(samplesThat(answers, { ...any, truth: 0, predicted: 1 })).toEqual([2, 3])
    expect(samplesThat(answers, { outcome: 'wrong', truth: 0, predicted: 0 })).toEqual([])
  })
})

describe('the samples of a multi-label task', () => {
  const answers = answersOf(several)

  it('are all correct, or missed some labels, or invented some', () => {
    expect(samplesThat(answers, { ...any, outcome: 'right' })).toEqual([0, 3])
    expect(samplesThat(answers, { ...any, outcome: 'missed' })).toEqual([2, 4])
    expect(samplesThat(answers, { ...any, outcome: 'invented' })).toEqual([1, 4])
  })

  it('are filtered by the labels that they have, miss, are given, and given without having them', () => {
    expect(samplesThat(answers, { ...any, truth: 0 })).toEqual([0, 1, 4])
    expect(samplesThat(answers, { ...any, truth: 0, outcome: 'missed' })).toEqual([4])
    expect(samplesThat(answers, { ...any, predicted: 1 })).toEqual([0, 4])
    expect(samplesThat(answers, { ...any, predicted: 1, outcome: 'invented' })).toEqual([])
    expect(samplesThat(answers, { ...any, predicted: 2, outcome: 'invented' })).toEqual([1, 4])
  })

  it('are counted label by label', () => {
    const rows = labelRows({ ...several, perClass: [0.9, 0.8, null].map(figures) }, answers)
    expect(
      rows.map(({ name, support, precision, recall, f1 }) => [name, support, precision, recall, f1]),
    ).toEqual([
      ['wet', 3, 1, 2 / 3, 0.8],
      ['red', 3, 1, 2 / 3, 0.8],
      ['old', 0, 0, null, 0],
    ])
    expect(rows.map(({ averagePrecision }) => averagePrecision)).toEqual([0.9, 0.8, null])
    expect(rows[0].recallBand!.low).toBeLessThan(2 / 3)
  })

  it('are counted as a whole', () => {
    expect(labelTotals(answers)).toMatchObject({
      samples: 5,
      exact: 2,
      labels: 6,
      found: 4,
      said: 6,
      share: 0.4,
    })
    expect(labelTotals([])).toMatchObject({ share: 0, band: null })
  })
})

const figures = (averagePrecision: number | null) => ({
  precision: null,
  recall: null,
  f1: 0,
  averagePrecision,
  support: 0,
})
