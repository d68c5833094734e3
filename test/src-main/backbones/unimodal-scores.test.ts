import { describe, expect, it } from 'vitest'
import { scoresOf, type FinishedRun } from '#main/backbones/unimodal-scores.ts'

const emoji = { kind: 'emoji8', salt: 'a' } as never
const run = (id: string, image: number, changes: Partial<FinishedRun> = {}): FinishedRun => ({
  id,
  name: '',
  dataset: 'emoji8',
  settings: { dataset: emoji, backbones: {} },
  modalities: ['image', 'text'],
  models: [
    { model: 'image', mean: image },
    { model: 'text', mean: 0.5 },
    { model: 'derived', mean: 0.9 },
  ],
  ...changes,
})

describe('scores of single modalities', () => {
  it('are gathered over runs, the best run first, with their spread', () => {
    const [image, text] = scoresOf([run('a', 0.6), run('b', 0.8)])
    expect(image).toMatchObject({ modality: 'image', kind: 'cnn', file: null, mean: 0.7 })
    expect(image.deviation).toBeCloseTo(Math.SQRT2 / 10)
    expect(image.runs.map(({ id, score }) => [id, score])).toEqual([
      ['b', 0.8],
      ['a', 0.6],
    ])
    expect(text).toMatchObject({ modality: 'text', kind: 'maxout', mean: 0.5, deviation: 0 })
  })

  it('have no spread in one run', () => expect(scoresOf([run('a', 0.6)])[0].deviation).toBe(null))

  it('tell datasets and files apart', () => {
    const file = (id: string) =>
      ({ dataset: emoji, backbones: { image: { kind: 'onnx', id, taps: ['t'] } } }) as never
    const scores = scoresOf([
      run('a', 0.6),
      run('b', 0.7, { settings: file('0123456789abcdef') }),
      run('c', 0.8, { settings: file('fedcba9876543210') }),
      run('d', 0.5, { dataset: 'other' }),
    ])
    expect(scores.filter(({ modality }) => modality === 'image')).toMatchObject([
      { dataset: 'emoji8', file: 'fedcba9876543210', mean: 0.8 },
      { dataset: 'emoji8', file: '0123456789abcdef', mean: 0.7 },
      { dataset: 'emoji8', file: null, mean: 0.6 },
      { dataset: 'other', mean: 0.5 },
    ])
  })

  it('take the kind from the type of a column where no backbone was configured', () => {
    const dataset = { kind: 'table', modalities: { image: { column: 'x', type: 'vector' } } } as never
    const [image] = scoresOf([run('a', 0.6, { modalities: ['image'], settings: { dataset, backbones: {} } })])
    expect(image.kind).toBe('maxout')
  })
})
