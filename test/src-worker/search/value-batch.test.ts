import { expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { tableInMemory } from '#worker/backbone/feature-table.ts'
import type { FeatureSet } from '#worker/search/feature-set.ts'
import { gatherValueBatch, valueRows } from '#worker/search/value-batch.ts'

const rows = Array.from({ length: 60 }, (_, i) => i)
const set: FeatureSet = {
  length: 1,
  features: [{ id: 'a.0', modality: 'a', tap: 'tap', channels: 1 }],
  values: { 'a.0': tableInMemory(Float32Array.from(rows), rows.length) },
  variants: [],
  task: 'single-label',
  labels: rows.map((row) => [row % 2]),
  classes: ['even', 'odd'],
  splits: { train: rows.slice(0, 20), validation: rows.slice(20, 50), test: rows.slice(50) },
}
const configOf = (seed: number, batchSize: number) =>
  parseRunConfig({ dataset: { kind: 'emoji8' }, seed, valuation: { batchSize } }, 'test')

it('values an epoch on validation samples of its own, each once', () => {
  const drawn = valueRows(configOf(1, 12), set, 0)
  expect(new Set(drawn).size).toBe(12)
  for (const row of drawn) expect(set.splits.validation).toContain(row)
  expect(valueRows(configOf(1, 12), set, 0)).toEqual(drawn)
  for (const other of [valueRows(configOf(1, 12), set, 1), valueRows(configOf(2, 12), set, 0)])
    expect(other.toSorted()).not.toEqual(drawn.toSorted())
  expect(valueRows(configOf(1, 500), set, 3).toSorted()).toEqual(set.splits.validation)
})

it('gathers values and labels in the order of the rows', () => {
  expect(gatherValueBatch(set, [33, 20])).toEqual({
    inputs: { 'a.0': Float32Array.of(33, 20) },
    task: 'single-label',
    labels: [[1], [0]],
    classes: 2,
  })
})
