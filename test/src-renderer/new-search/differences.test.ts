import { describe, expect, it } from 'vitest'
import { differencesBetween } from '../../../src-renderer/new-search/differences.ts'
import { emptyForm, formFromConfig } from '../../../src-renderer/new-search/form.ts'
import { smallConfig } from '../../fixtures/small-run.ts'

describe('the differences between two searches', () => {
  it('are none between equals', () => {
    expect(differencesBetween(emptyForm(), emptyForm())).toEqual([])
    const form = formFromConfig(smallConfig('/data/vectors.csv'))
    expect(differencesBetween(form, formFromConfig(smallConfig('/data/vectors.csv')))).toEqual([])
  })

  it('are told with their step, their unit and what was there before', () => {
    const form = emptyForm()
    form.settings['valuation.batchSize'] = '128'
    form.settings['space.sparse.nonNegative'] = 'true'
    form.settings['search.minLearningRate'] = '1e-5'
    form.modalities.emoji8[0].backbone['channels'] = '8 16'
    expect(differencesBetween(form, emptyForm())).toEqual([
      {
        path: 'backbones.image.channels',
        step: 'backbones',
        what: 'Backbone of image: Channels by stage',
        now: '8 16',
        before: '16, 32, 64, 128',
      },
      {
        path: 'space.sparse.nonNegative',
        step: 'space',
        what: 'Sparse operations: Non-negative',
        now: 'on',
        before: 'off',
      },
      {
        path: 'valuation.batchSize',
        step: 'strategy',
        what: 'Valuation and its budget: Validation samples',
        now: '128 samples',
        before: '256 samples',
      },
    ])
  })

  it('name the columns of another table', () => {
    const form = formFromConfig(smallConfig('/data/vectors.csv'))
    const found = differencesBetween(form, emptyForm()).filter(({ step }) => step === 'dataset')
    expect(found.map(({ what, now }) => `${what} = ${now}`)).toEqual([
      'Dataset = a table',
      'Dataset: Table = /data/vectors.csv',
      'Dataset: Label column = label',
      'Dataset: modalities = left (vector in left), right (vector in right)',
    ])
  })
})
