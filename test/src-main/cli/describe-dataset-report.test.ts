import { expect, it } from 'vitest'
import type { DatasetReport } from '#contract/dataset/report.ts'
import { describeReport } from '#main/cli/describe-dataset-report.ts'

const report: DatasetReport = {
  rows: 100,
  usable: 100,
  rejected: 0,
  rejectedCells: 0,
  reasons: [],
  problem: null,
  summary: null,
  modalities: [],
  labels: null,
  duplicates: { count: 0, examples: [] },
  contradictions: { count: 0, examples: [] },
  leaks: [],
  splits: null,
  previews: [],
}

it('a report of one label a sample says nothing of labels', () => {
  expect(describeReport(report)).toEqual(['Rows: 100, usable 100'])
})

it('of several labels a sample it says how many, which samples have none, and what nothing tells apart', () => {
  const labels = { mean: 2.345, most: 5, none: 7, together: [{ labels: ['winged', 'feathered'], count: 12 }] }
  expect(describeReport({ ...report, labels }).slice(1)).toEqual([
    '  2.3 labels a sample, at most 5',
    '  without a label: 7 samples',
    '  always together, on 12 samples: winged, feathered',
  ])
})
