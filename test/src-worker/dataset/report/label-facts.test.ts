import { expect, test } from 'vitest'
import type { Dataset } from '#worker/dataset/dataset.ts'
import { labelFactsOf } from '#worker/dataset/report/label-facts.ts'

const datasetOf = (labels: number[][]): Dataset => ({
  name: 'many',
  hash: '',
  modalities: [],
  task: 'multi-label',
  classes: ['a', 'b', 'c'],
  samples: labels.map((own, i) => ({ id: `${i}`, labels: own, group: `${i}` })),
  splits: { train: [], validation: [], test: [] },
  warnings: [],
})

test('tells what labels are like, also of more samples than a call takes arguments', () => {
  const labels = Array.from({ length: 250_000 }, (_, i) => (i === 7 ? [] : i === 8 ? [0, 1, 2] : [i % 2]))
  const facts = labelFactsOf(datasetOf(labels))!
  expect(facts).toMatchObject({ most: 3, none: 1, together: [] })
  expect(facts.mean).toBeCloseTo(1 + 1 / 250_000, 9)
})

test('names classes that the same samples have, if that can hardly be chance', () => {
  const often = datasetOf([...Array.from({ length: 5 }, () => [0, 2]), [1]])
  expect(labelFactsOf(often)!.together).toEqual([{ labels: ['a', 'c'], count: 5 }])
  expect(labelFactsOf(datasetOf([[0, 2], [0, 2], [1]]))!.together).toEqual([])
})
