import { describe, expect, it } from 'vitest'
import type { DatasetSummary } from '#contract/dataset.ts'
import { describeConstant, factsOf } from '../../../src-renderer/datasets/words.ts'

const range = (least: number, mean: number, most: number) => ({ least, mean, most })
const textOf = (facts: ReturnType<typeof factsOf>) => facts.map(({ name, value }) => `${name}: ${value}`)

it('says of pictures how large they are, and warns of long and empty ones', () => {
  const facts = factsOf(
    {
      type: 'image',
      name: 'photo',
      width: range(60, 161.4, 1280),
      height: range(48, 48, 48),
      aspect: range(0.3, 1.2, 3.4),
      blank: 2,
      distinct: 1999,
    },
    2000,
  )
  expect(textOf(facts)).toEqual([
    'width of the files: 60 to 1\u2009280 px, 161 on average',
    'height of the files: 48 px, all alike',
    'width / height: 0.3 to 3.4, 1.2 on average',
    'of a single colour: 2 (0 %)',
    'different values: 1\u2009999 of 2\u2009000',
  ])
  expect(facts.flatMap(({ name, warning }) => (warning ? [name] : []))).toEqual([
    'width / height',
    'of a single colour',
  ])
})

it('names elements of vectors that never change, the first of many', () => {
  const vector = {
    type: 'vector',
    name: 'v',
    length: 12,
    values: range(-1.23456, 0, 2),
    distinct: 1,
  } as const
  expect(textOf(factsOf({ ...vector, constant: [3] }, 9))).toContain('elements that never change: 1 (at 3)')
  const many = factsOf({ ...vector, constant: [0, 1, 2, 3, 4, 5, 6, 7, 8] }, 9)
  expect(textOf(many)).toContain('elements that never change: 9 (at 0, 1, 2, 3, 4, 5, 6, 7, …)')
  expect(textOf(many)).toContain('values: −1.23 to 2, 0 on average')
  expect(many.at(-1)?.warning).toContain('nothing can be learned')
})

it('is content with ordinary texts', () => {
  const texts = {
    type: 'text',
    name: 't',
    characters: range(1, 5, 9),
    words: range(1, 2, 3),
    wordless: 0,
    distinct: 8,
  } as const
  expect(factsOf(texts, 9).filter(({ warning }) => warning)).toEqual([])
  expect(factsOf({ ...texts, wordless: 1 }, 9).filter(({ warning }) => warning)).toHaveLength(1)
})

describe('an answer that is always the same', () => {
  const summary = (more: Partial<DatasetSummary>) =>
    ({
      task: 'multi-label',
      majorityScore: 0.2,
      splits: { train: 100, validation: 30, test: 30 },
      classes: [{ name: 'one', train: 40, validation: 8, test: 9 }],
      ...more,
    }) as DatasetSummary

  it('is the most frequent class of a single-label task', () => {
    expect(describeConstant(summary({ task: 'single-label' }))).toContain(
      'is right for 20 % of the test split',
    )
  })

  it('is all frequent labels of a multi-label task, with their weighted F1', () => {
    expect(describeConstant(summary({}))).toMatch(/30 % of the training samples .* weighted F1 of 0\.200/)
  })

  it('is no label where none is frequent', () => {
    const classes = [{ name: 'one', train: 29, validation: 8, test: 9 }]
    expect(describeConstant(summary({ majorityScore: 0, classes }))).toMatch(/^No label is on 30 %/)
  })
})
