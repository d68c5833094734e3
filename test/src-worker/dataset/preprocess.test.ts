import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDataset, valuesOf } from '#worker/dataset/dataset.ts'
import type { Dataset, ModalityValues } from '#worker/dataset/dataset.ts'
import {
  applyPreprocessing,
  fitPreprocessing,
  inputShapeOf,
  preprocessing,
} from '#worker/dataset/preprocess.ts'
import type { Preprocessing } from '#worker/dataset/preprocess.ts'

/** A dataset of one modality; all samples but the last two are for training. */
function datasetOf(values: ModalityValues, count: number): Dataset {
  const indices = Array.from({ length: count }, (_, index) => index)
  return createDataset({
    name: 'one',
    modalities: [{ name: 'only', values }],
    task: 'single-label',
    classes: ['a', 'b'],
    samples: indices.map((index) => ({ id: `${index}`, labels: [index % 2], group: `${index}` })),
    splits: { train: indices.slice(0, -2), validation: [count - 2], test: [count - 1] },
    warnings: [],
  })
}

function textsOf(...texts: string[]): Dataset {
  return datasetOf({ type: 'text', texts }, texts.length)
}

function applied(dataset: Dataset, fitted: Preprocessing, indices?: number[]): number[][] {
  const flat = applyPreprocessing(fitted, valuesOf(dataset, 'only'), indices)
  const width = inputShapeOf(fitted).reduce((product, length) => product * length, 1)
  return Array.from({ length: flat.length / width }, (_, row) => [
    ...flat.subarray(row * width, (row + 1) * width),
  ])
}

/** The values that a text has, by term. */
function termsIn(dataset: Dataset, fitted: Preprocessing, index: number): Record<string, number> {
  if (fitted.type !== 'text') throw new Error('not a text')
  const [row] = applied(dataset, fitted, [index])
  const names = [
    ...fitted.words.terms.map((term) => `w:${term}`),
    ...fitted.characters.terms.map((term) => `c:${term}`),
  ]
  return Object.fromEntries(names.flatMap((name, at) => (row![at] === 0 ? [] : [[name, row![at]!]])))
}

const squareOf = (row: readonly number[]) => row.reduce((sum, value) => sum + value * value, 0)

test('vectors are standardised by the training samples; an element that never varies becomes 0', () => {
  const data = Float32Array.of(1, 5, 3, 5, 5, 5, 100, 5, -100, 7)
  const dataset = datasetOf({ type: 'vector', data, length: 2 }, 5)
  const fitted = fitPreprocessing(dataset, 'only')
  const deviation = Math.sqrt(8 / 3)
  expect(fitted).toEqual({ type: 'vector', mean: [3, 5], deviation: [deviation, 1] })
  const expected = [-2, 0, 0, 0, 2, 0, 97, 0, -103, 2].map((x, at) => (at % 2 ? x : x / deviation))
  applied(dataset, fitted)
    .flat()
    .forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5))
})

test('images are standardised per channel by the training samples', () => {
  const data = Uint8Array.from({ length: 4 * 2 * 2 * 3 }, (_, at) =>
    at < 24 ? (at * 37) % 256 : 255 - (at % 3),
  )
  const dataset = datasetOf({ type: 'image', data, height: 2, width: 2 }, 4)
  const fitted = fitPreprocessing(dataset, 'only')
  const train = applied(dataset, fitted, [0, 1]).flat()
  for (const channel of [0, 1, 2]) {
    const values = train.filter((_, at) => at % 3 === channel)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean).toBeCloseTo(0, 5)
    expect(squareOf(values) / values.length).toBeCloseTo(1, 5)
  }
  if (fitted.type !== 'image') throw new Error('not an image')
  const [last] = applied(dataset, fitted, [3])
  expect(last![4]).toBeCloseTo((data[36 + 4]! / 255 - fitted.mean[1]!) / fitted.deviation[1]!, 5)
})

test('a text becomes the tf-idf of its words and of its characters, each of a length of its own', () => {
  const dataset = textsOf('red ant', 'Red  ANT!', 'red red', 'big bee', 'red ant', 'cow')
  const fitted = fitPreprocessing(dataset, 'only')
  if (fitted.type !== 'text') throw new Error('not a text')
  // three words and pairs stand in two of the four training texts or more; the rest in order of code units
  expect(fitted.words.terms).toEqual(['red', 'ant', 'red ant', 'bee', 'big', 'big bee', 'red red'])
  // four distinct texts: `red ant` and `Red  ANT!` differ as written
  expect(fitted.words.weights[0]).toBeCloseTo(Math.log(5 / 4) + 1, 12)
  expect(fitted.words.weights[3]).toBeCloseTo(Math.log(5 / 2) + 1, 12)
  expect(fitted.characters.terms).toContain(' red ')
  expect(fitted.characters.terms).not.toContain(' bee')
  const values = termsIn(dataset, fitted, 2)
  const [red, twice] = [2 * fitted.words.weights[0]!, fitted.words.weights[6]!]
  expect(values['w:red']).toBeCloseTo(red / Math.hypot(red, twice), 5)
  expect(values['w:red red']).toBeCloseTo(twice / Math.hypot(red, twice), 5)
  const characters = Object.entries(values).filter(([name]) => name.startsWith('c:'))
  expect(squareOf(characters.map(([, value]) => value))).toBeCloseTo(0.25, 5)
  expect(termsIn(dataset, fitted, 5)).toEqual({})
})

test('evaluation texts add no term', () => {
  const words = fc
    .string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1 })
    .filter((text) => text.trim() !== '')
  fc.assert(
    fc.property(fc.array(words, { minLength: 2 }), words, words, (train, one, other) => {
      const fitted = fitPreprocessing(textsOf(...train, one, other), 'only')
      expect(fitPreprocessing(textsOf(...train, 'quite', 'different'), 'only')).toEqual(fitted)
    }),
  )
})

test('the most frequent terms are kept, whatever the order of the texts', () => {
  const texts = ['b a', 'c a', 'a d', 'c e', 'd f', 'g b']
  const options = { maxWords: 3, maxCharacters: 4 }
  const fitted = fitPreprocessing(textsOf(...texts, 'x', 'y'), 'only', options)
  expect(fitted).toMatchObject({ words: { terms: ['a', 'b', 'c'] }, characters: { terms: { length: 4 } } })
  expect(fitPreprocessing(textsOf(...texts.toReversed(), 'x', 'y'), 'only', options)).toEqual(fitted)
})

test('letters of any script count, upper and lower case and compatible forms are one', () => {
  const dataset = textsOf('İstanbul ILIK', 'Ωmega 東京', 'ﬁsh é', 'FISH é', 'x', 'y')
  const fitted = fitPreprocessing(dataset, 'only')
  if (fitted.type !== 'text') throw new Error('not a text')
  expect(fitted.words.terms).toEqual(
    expect.arrayContaining(['fish', 'é', 'ilik', 'i̇stanbul', 'ωmega', '東京']),
  )
  expect(fitted.words.weights[fitted.words.terms.indexOf('é')]).toBeCloseTo(Math.log(5 / 3) + 1, 12)
})

test('every text has length 1 in words, ½ in characters, or 0', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 4 }), (texts) => {
      const dataset = textsOf('letters and 4', ...texts)
      const fitted = fitPreprocessing(dataset, 'only')
      if (fitted.type !== 'text') throw new Error('not a text')
      const { length } = fitted.words.terms
      for (const row of applied(dataset, fitted)) {
        expect([0, 1]).toContain(Math.round(squareOf(row.slice(0, length)) * 1e5) / 1e5)
        expect([0, 0.25]).toContain(Math.round(squareOf(row.slice(length)) * 1e5) / 1e5)
      }
    }),
  )
})

test('written as JSON and read again, a preprocessing gives the same inputs', () => {
  const vector = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 3, max: 9 }))
    .chain(([length, count]) =>
      fc
        .float32Array({
          minLength: length * count,
          maxLength: length * count,
          noNaN: true,
          min: -1e6,
          max: 1e6,
        })
        .map((data) => datasetOf({ type: 'vector', data, length }, count)),
    )
  const text = fc.array(fc.string(), { minLength: 3 }).map((texts) => textsOf('one word', ...texts))
  const image = fc
    .uint8Array({ minLength: 4 * 12, maxLength: 4 * 12 })
    .map((data) => datasetOf({ type: 'image', data, height: 2, width: 2 }, 4))
  fc.assert(
    fc.property(fc.oneof(vector, text, image), (dataset) => {
      const fitted = fitPreprocessing(dataset, 'only')
      const reread = preprocessing.parse(JSON.parse(JSON.stringify(fitted)))
      expect(applied(dataset, reread)).toEqual(applied(dataset, fitted))
      expect(applied(dataset, fitted).flat().every(Number.isFinite)).toBe(true)
    }),
  )
})

test('texts without a letter or digit, and values of another kind or size, are problems', () => {
  const dots = textsOf('...', '!?', '…', '--')
  expect(() => fitPreprocessing(dots, 'only')).toThrow(expect.objectContaining({ code: 'dataset-unusable' }))
  const vectors = datasetOf({ type: 'vector', data: new Float32Array(8), length: 2 }, 4)
  const fitted = fitPreprocessing(vectors, 'only')
  const mismatch = expect.objectContaining({ code: 'shape-mismatch' })
  expect(() => applyPreprocessing(fitted, valuesOf(dots, 'only'))).toThrow(mismatch)
  const longer: ModalityValues = { type: 'vector', data: new Float32Array(9), length: 3 }
  expect(() => applyPreprocessing(fitted, longer)).toThrow(mismatch)
})
