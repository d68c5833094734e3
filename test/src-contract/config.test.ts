import { describe, expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'

const emoji8 = { dataset: { kind: 'emoji8' } }

describe('run configuration', () => {
  it('fills in the published settings of SM-ShapNAS', () => {
    const config = parseRunConfig(emoji8, 'test')
    expect(config.valuation).toMatchObject({
      samplesNormal: 20,
      samplesSparse: 60,
      alphaStep: 0.1,
      budgetWarmup: 5,
    })
    expect(config.space.sparse).toMatchObject({ lambda1: 0.1, lambda2: 0, iterations: 2, kernel: 3 })
  })

  it.each([
    ['no dataset', {}, 'dataset'],
    ['an unknown dataset', { dataset: { kind: 'mnist' } }, 'dataset.kind'],
    ['a field that does not exist', { ...emoji8, epochs: 3 }, 'epochs'],
    ['a misspelt nested field', { ...emoji8, search: { epoch: 3 } }, 'epoch'],
    ['a seed that is not whole', { ...emoji8, seed: 1.5 }, 'seed'],
    ['a negative learning rate', { ...emoji8, search: { learningRate: -1 } }, 'search.learningRate'],
    ['dropout of one', { ...emoji8, space: { dropout: 1 } }, 'space.dropout'],
    ['an unknown operation', { ...emoji8, space: { operations: ['sum', 'skip'] } }, 'space.operations.1'],
    ['one operation only', { ...emoji8, space: { operations: ['sum'] } }, 'space.operations'],
    ['no epochs', { ...emoji8, training: { epochs: 0 } }, 'training.epochs'],
    ['an even kernel', { ...emoji8, space: { sparse: { kernel: 4 } } }, 'space.sparse.kernel'],
    ['an unknown device', { ...emoji8, device: 'tpu' }, 'device'],
    ['a table without a path', { dataset: { kind: 'table', modalities: {}, label: 'y' } }, 'dataset.path'],
    [
      'a modality with blanks in its name',
      {
        dataset: {
          kind: 'table',
          path: 'a.csv',
          label: 'y',
          modalities: { 'My image': { column: 'i', type: 'image' } },
        },
      },
      'dataset.modalities',
    ],
    [
      'a modality of an unknown type',
      {
        dataset: {
          kind: 'table',
          path: 'a.csv',
          label: 'y',
          modalities: { sound: { column: 's', type: 'audio' } },
        },
      },
      'dataset.modalities.sound.type',
    ],
    ['a later schema', { ...emoji8, schemaVersion: 99 }, 'schemaVersion'],
    ['text instead of an object', 'dataset: emoji8', '(root)'],
  ])('names the field at fault: %s', (_, config, field) => {
    const failure = catchProblem(() => parseRunConfig(config, 'search.json'))
    expect(failure.code).toBe('bad-configuration')
    expect(failure.where).toBe('search.json')
    expect(failure.detail).toContain(field)
  })

  it.each([
    ['at the root', { ...emoji8, serch: {} }, '(root)', /there are schemaVersion, .*, search, /],
    ['in a group', { ...emoji8, search: { epoch: 3 } }, 'search', /there are strategy, .*, epochs, /],
    [
      'in a group of a group',
      { ...emoji8, space: { sparse: { kernal: 3 } } },
      'space.sparse',
      /there are lambda1, lambda2, iterations, kernel, nonNegative$/,
    ],
  ])('names the fields that there are beside one %s that does not exist', (_, config, place, fields) => {
    const { detail } = catchProblem(() => parseRunConfig(config, 'search.json'))
    expect(detail?.startsWith(`${place}: `)).toBe(true)
    expect(detail).toMatch(fields)
  })
})

function catchProblem(action: () => unknown): Problem {
  try {
    action()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('expected a problem')
}
