import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDataset, selectSamples, valuesOf } from '#worker/dataset/dataset.ts'
import type { Dataset } from '#worker/dataset/dataset.ts'
import { summarise } from '#worker/dataset/summarise.ts'

/** Twelve samples of two classes; every value tells which sample it belongs to. */
const parts: Omit<Dataset, 'hash'> = {
  name: 'twelve',
  modalities: [
    {
      name: 'image',
      values: {
        type: 'image',
        height: 2,
        width: 1,
        data: Uint8Array.from({ length: 12 * 6 }, (_, at) => Math.floor(at / 6)),
      },
    },
    { name: 'text', values: { type: 'text', texts: Array.from({ length: 12 }, (_, at) => `text ${at}`) } },
    {
      name: 'vector',
      values: { type: 'vector', length: 1, data: Float32Array.from({ length: 12 }, (_, at) => at) },
    },
  ],
  task: 'single-label',
  classes: ['even', 'odd'],
  samples: Array.from({ length: 12 }, (_, at) => ({
    id: `row ${at}`,
    labels: [at % 2],
    group: `group ${at}`,
  })),
  splits: { train: [0, 1, 2, 3, 4, 5, 6], validation: [7, 8, 9], test: [10, 11] },
  warnings: [],
}
const dataset = createDataset(parts)

test('the hash notices every value, label, group and split, but not the name', () => {
  const [image, text, vector] = parts.modalities
  const samples = parts.samples
  const variants: Omit<Dataset, 'hash'>[] = [
    { ...parts, classes: ['even', 'strange'] },
    { ...parts, samples: samples.map((sample, at) => (at === 3 ? { ...sample, labels: [0] } : sample)) },
    { ...parts, samples: samples.map((sample, at) => (at === 3 ? { ...sample, group: 'x' } : sample)) },
    { ...parts, splits: { ...parts.splits, validation: [8, 9], test: [7, 10, 11] } },
    { ...parts, modalities: [image!, text!] },
    { ...parts, modalities: [{ ...image!, name: 'picture' }, text!, vector!] },
    {
      ...parts,
      modalities: [
        image!,
        text!,
        { name: 'vector', values: { type: 'vector', length: 1, data: new Float32Array(12) } },
      ],
    },
  ]
  expect(new Set([dataset, ...variants.map(createDataset)].map(({ hash }) => hash)).size).toBe(
    variants.length + 1,
  )
  expect(createDataset({ ...parts, name: 'other' }).hash).toBe(dataset.hash)
})

test('selected samples keep their values, labels and splits together', () => {
  fc.assert(
    fc.property(fc.subarray(Array.from({ length: 12 }, (_, at) => at)), (kept) => {
      const few = createDataset(selectSamples(parts, kept))
      const identities = kept.map((at) => `row ${at}`)
      expect(few.samples.map(({ id }) => id)).toEqual(identities)
      expect(valuesOf(few, 'text')).toMatchObject({ texts: kept.map((at) => `text ${at}`) })
      expect(valuesOf(few, 'vector')).toMatchObject({ data: Float32Array.from(kept) })
      expect(valuesOf(few, 'image')).toMatchObject({
        data: Uint8Array.from(kept.flatMap((at) => Array(6).fill(at))),
      })
      for (const split of ['train', 'validation', 'test'] as const) {
        const expected = parts.splits[split].filter((at) => kept.includes(at))
        expect(few.splits[split].map((at) => few.samples[at]!.id)).toEqual(expected.map((at) => `row ${at}`))
      }
    }),
  )
})

test('the summary counts classes and splits, and scores the most frequent training class', () => {
  expect(summarise(dataset)).toEqual({
    name: 'twelve',
    hash: dataset.hash,
    modalities: [
      { name: 'image', type: 'image', description: '2 × 1 RGB, mean brightness 0.02' },
      { name: 'text', type: 'text', description: '2 words, 2.0 on average, 12 distinct texts' },
      { name: 'vector', type: 'vector', description: '1 numbers, mean 5.50' },
    ],
    classes: [
      { name: 'even', train: 4, validation: 1, test: 1 },
      { name: 'odd', train: 3, validation: 2, test: 1 },
    ],
    task: 'single-label',
    meanLabels: 1,
    splits: { train: 7, validation: 3, test: 2 },
    majorityScore: 0.5,
    warnings: [],
  })
})

test('a task with several labels a sample counts each, and scores the constant answer by weighted F1', () => {
  const labels = [[0], [0, 1], [], [0], [1], [], [], [0], [0, 1], [1], [0, 1], []]
  const many = { ...parts, task: 'multi-label' as const }
  const samples = parts.samples.map((sample, at) => ({ ...sample, labels: labels[at]! }))
  const summary = summarise(createDataset({ ...many, samples }))
  expect(summary).toMatchObject({
    task: 'multi-label',
    meanLabels: 11 / 12,
    classes: [
      { name: 'even', train: 3, validation: 2, test: 1 },
      { name: 'odd', train: 2, validation: 2, test: 1 },
    ],
  })
  // only `even` is on 0.3 of the 7 training samples; it is on 1 of 2 test samples, so F1 = 2 · 1 / (2 + 1), with half the support
  expect(summary.majorityScore).toBeCloseTo(1 / 3, 12)
})

test('the hash of single-label data is that of earlier versions, and tells the tasks apart', () => {
  expect(dataset.hash).toBe('f0282a416a8b29580e329a61627295fd6d48f32953ab7a577e298824207b3987')
  expect(createDataset({ ...parts, task: 'multi-label' }).hash).not.toBe(dataset.hash)
})

test('a modality that is not there is a problem', () => {
  expect(() => valuesOf(dataset, 'sound')).toThrow(expect.objectContaining({ code: 'dataset-unusable' }))
})
