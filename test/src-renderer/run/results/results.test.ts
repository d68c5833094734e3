import { describe, expect, it } from 'vitest'
import {
  accuracyOf,
  classRows,
  classTable,
  confusionOf,
  confusionTable,
  largestConfusions,
} from '../../../../src-renderer/run/results/results.ts'

const predictions = {
  classes: ['cat', 'dog', 'eel'],
  //       0  1  2  3  4  5  6
  labels: [0, 0, 0, 0, 1, 1, 1],
  predicted: [0, 0, 1, 1, 1, 1, 0],
}
const confusion = confusionOf(predictions)

describe('the confusion matrix', () => {
  it('counts true classes by row and predicted ones by column', () => {
    expect(confusion.counts).toEqual([
      [2, 2, 0],
      [1, 2, 0],
      [0, 0, 0],
    ])
    expect(confusion.support).toEqual([4, 3, 0])
    expect(confusionTable(confusion).rows[0]).toEqual(['cat', 2, 2, 0, 4])
  })

  it('names the largest confusions first and no right prediction', () => {
    expect(largestConfusions(confusion, 5)).toEqual([
      { truth: 0, predicted: 1, count: 2, share: 0.5 },
      { truth: 1, predicted: 0, count: 1, share: 1 / 3 },
    ])
    expect(largestConfusions(confusion, 1)).toHaveLength(1)
  })
})

describe('the classes', () => {
  it('have precision, recall and F1, with bands where something was counted', () => {
    const [cat, , eel] = classRows(confusion)
    expect(cat).toMatchObject({ precision: 2 / 3, recall: 0.5, support: 4 })
    expect(cat.f1).toBeCloseTo((2 * (2 / 3) * 0.5) / (2 / 3 + 0.5))
    expect(cat.recallBand!.low).toBeLessThan(0.5)
    expect(cat.recallBand!.high).toBeGreaterThan(0.5)
    expect(eel).toMatchObject({ precision: null, precisionBand: null, recall: null, f1: null })
    const table = classTable(classRows(confusion))
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true)
  })

  it('add up to the accuracy', () => {
    expect(accuracyOf(confusion)).toMatchObject({ share: 4 / 7, hits: 4 })
    expect(accuracyOf(confusionOf({ classes: ['a'], labels: [], predicted: [] })).band).toBeNull()
  })
})
