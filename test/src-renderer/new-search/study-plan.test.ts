import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runConfig } from '#contract/config.ts'
import { expandStudy } from '#contract/config/study.ts'
import { fieldAt } from '../../../src-renderer/new-search/field-at.ts'
import { emptyForm, formFromConfig, settingFields, type Form } from '../../../src-renderer/new-search/form.ts'
import {
  canVary,
  listOfTexts,
  studyFromForm,
  valueTexts,
} from '../../../src-renderer/new-search/study-plan.ts'
import { smallConfig } from '../../fixtures/small-run.ts'

function formThatVaries(vary: Record<string, string>, seeds = '1'): Form {
  const form = emptyForm()
  form.study = { vary, axes: [], seeds }
  return form
}

describe('the study of a form', () => {
  it('is none while nothing varies and there is one seed', () => {
    expect(studyFromForm(emptyForm())).toBeNull()
    expect(studyFromForm(formThatVaries({}, '2'))).toMatchObject({ runs: 2, seeds: [1, 2] })
  })

  it('has the values of every varied field, as the form alone would have them', () => {
    const form = formThatVaries(
      {
        'space.channels': '8, 16',
        'search.strategy': 'sm-shapnas, random',
        'backbones.text.units': '8; 16, 8',
      },
      '3',
    )
    const { plan, runs, configs, faults } = studyFromForm(form)!
    expect(faults.size).toBe(0)
    expect(runs).toBe(24)
    expect(configs).toHaveLength(8)
    const all = expandStudy(plan!)
    expect(all).toHaveLength(24)
    expect(all[0].config.seed).toBe(1)
    expect(plan!.axes.map(({ title }) => title)).toEqual([
      'Fusion: Channels',
      'Strategy',
      'Backbone of text: Units by layer',
    ])
    expect(configs.map(({ backbones }) => (backbones['text'] as { units: number[] }).units)).toEqual([
      [8],
      [16, 8],
      [8],
      [16, 8],
      [8],
      [16, 8],
      [8],
      [16, 8],
    ])
    for (const config of configs) expect(runConfig.parse(config)).toEqual(config)
  })

  it('varies spaces with all operations of each, and optional fields', () => {
    const { configs } = studyFromForm(formThatVaries({ 'space.name': 'sm-shapnas, bm-nas' }))!
    expect(configs.map(({ space }) => [space.name, space.operations])).toEqual([
      ['sm-shapnas', undefined],
      ['bm-nas', undefined],
    ])
    const table = formFromConfig(smallConfig('/data/vectors.csv'))
    table.study.vary = { 'dataset.imageSize': '32, 64' }
    expect(
      studyFromForm(table)!.configs.map(({ dataset }) => 'imageSize' in dataset && dataset.imageSize),
    ).toEqual([32, 64])
  })

  it('says at the field what is wrong with its values', () => {
    const faultsOf = (vary: Record<string, string>, seeds = '1') =>
      Object.fromEntries(studyFromForm(formThatVaries(vary, seeds))!.faults)
    expect(faultsOf({ 'space.cells': '' })).toEqual({ 'space.cells': 'Name the values to vary over.' })
    expect(faultsOf({ 'space.cells': '2, 9' })).toEqual({ 'space.cells': '9: Must be at most 6.' })
    expect(faultsOf({ 'search.learningRate': '1e-3, 0.001' })).toEqual({
      'search.learningRate': 'A value is named twice.',
    })
    expect(faultsOf({ 'space.cells': '1, 2' }, 'x')).toHaveProperty(['study.seeds'])
    expect(faultsOf({ 'search.epochs': '1 2 3 4 5 6 7' }, '99')).toHaveProperty(['study'])
  })

  it('names the point whose values do not go together', () => {
    const form = formThatVaries({ 'valuation.estimator': 'grouped, exact', 'space.cells': '1, 3' })
    expect(
      studyFromForm(form)!.faults.get('study') ?? studyFromForm(form)!.faults.get('valuation.estimator'),
    ).toMatch('exact takes at most 16 players')
  })

  it('has a valid configuration for every point, whatever varies', () => {
    const numbers = settingFields.filter(({ kind, path }) => kind === 'number' && canVary(path))
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...numbers), { minLength: 1, maxLength: 3 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 }),
        (fields, values) => {
          const form = formThatVaries(
            Object.fromEntries(fields.map((field) => [field.path, listOfTexts(field, values.map(String))])),
          )
          const { configs, plan, runs, faults } = studyFromForm(form)!
          expect(plan === null).toBe(faults.size > 0)
          expect(configs).toHaveLength(plan ? runs : 0)
          for (const config of configs) expect(runConfig.parse(config)).toEqual(config)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('reads back the values that it writes', () => {
    const form = emptyForm()
    for (const [path, texts] of [
      ['space.cells', ['1', '2']],
      ['backbones.image.channels', ['8, 16', '16, 32']],
      ['dataset.salt', ['one word', 'another, word']],
    ] as const) {
      const { field } = fieldAt(path, form)!
      expect(valueTexts(field, listOfTexts(field, texts))).toEqual(texts)
    }
  })
})
