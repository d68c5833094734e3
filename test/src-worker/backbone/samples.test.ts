import { expect, it } from 'vitest'
import { samplesOf } from '#worker/backbone/samples.ts'
import { createDataset, type ModalityValues } from '#worker/dataset/dataset.ts'
import { applyPreprocessing, fitPreprocessing } from '#worker/dataset/preprocess.ts'
import { stream } from '#worker/random.ts'

const count = 30
const random = stream(1, 'samples')
const modalities: Record<string, ModalityValues> = {
  image: {
    type: 'image',
    height: 12,
    width: 13,
    data: Uint8Array.from({ length: count * 12 * 13 * 3 }, () => random.integer(256)),
  },
  text: { type: 'text', texts: Array.from({ length: count }, (_, i) => `word${i % 7} and number ${i}`) },
  vector: {
    type: 'vector',
    length: 50,
    data: Float32Array.from({ length: count * 50 }, () => random.normal()),
  },
}
const everyone = Array.from({ length: count }, (_, i) => i)
const dataset = createDataset({
  name: 'three kinds',
  modalities: Object.entries(modalities).map(([name, values]) => ({ name, values })),
  task: 'single-label',
  classes: ['a', 'b'],
  samples: everyone.map((i) => ({ id: `${i}`, labels: [i % 2], group: `${i}` })),
  splits: { train: everyone.slice(0, 20), validation: everyone.slice(20, 25), test: everyone.slice(25) },
  warnings: [],
})

it.each(['image', 'text', 'vector'])('gives the preprocessed rows of %s samples in any order', (name) => {
  const preprocessing = fitPreprocessing(dataset, name)
  const samples = samplesOf(dataset, name, preprocessing)
  const all = applyPreprocessing(preprocessing, modalities[name])
  const size = all.length / count
  expect(samples.count).toBe(count)
  expect(samples.shape.reduce((product, side) => product * side)).toBe(size)
  const expected = [7, 0, 29].flatMap((i) => [...all.subarray(i * size, (i + 1) * size)])
  expect([...samples.rows([7, 0, 29])]).toEqual(expected)
})

it.each(['image', 'text', 'vector'])(
  'varies %s samples as the random stream says, and leaves them alone',
  (name) => {
    const samples = samplesOf(dataset, name, fitPreprocessing(dataset, name))
    const plain = samples.rows(everyone)
    const varied = samples.rows(everyone, stream(1, 'a'))
    expect(varied).not.toEqual(plain)
    expect(samples.rows(everyone, stream(1, 'a'))).toEqual(varied)
    expect(samples.rows(everyone, stream(1, 'b'))).not.toEqual(varied)
    expect(samples.rows(everyone)).toEqual(plain)
  },
)

it('drops terms and scales the others, so that the mean stays', () => {
  const samples = samplesOf(dataset, 'text', fitPreprocessing(dataset, 'text'))
  const plain = samples.rows(everyone)
  const sums = new Float64Array(plain.length)
  const draws = 400
  let kept = 0
  for (let draw = 0; draw < draws; draw++)
    samples.rows(everyone, stream(draw, 'terms')).forEach((value, i) => {
      sums[i] += value / draws
      if (value !== 0) kept++
    })
  const terms = plain.filter((value) => value !== 0).length
  const share = kept / (terms * draws)
  expect(share).toBeGreaterThan(0.02)
  expect(share).toBeLessThan(0.5)
  const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0)
  expect(total(sums) / total(plain)).toBeCloseTo(1, 1)
  expect([...sums].every((sum, i) => plain[i] !== 0 || sum === 0)).toBe(true)
})
