import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backboneConfig, parseRunConfig, runConfig } from '#contract/config.ts'
import { backboneFields } from '../../../src-renderer/new-search/fields.ts'
import { validateForm } from '../../../src-renderer/new-search/faults.ts'
import {
  configFromForm,
  datasetFields,
  emptyForm,
  formFromConfig,
  meansSame,
  newModality,
  settingFields,
} from '../../../src-renderer/new-search/form.ts'
import { fixtureConfig } from '../../fixtures/run-events.ts'
import { smallConfig } from '../../fixtures/small-run.ts'

/** Paths of everything that a configuration's schema has, without dataset and backbones. */
function pathsOf(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? pathsOf(inner, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  )
}

describe('the form of a new search', () => {
  it('has a field for every setting of the schema', () => {
    const {
      dataset: _,
      backbones: __,
      schemaVersion: ___,
      ...rest
    } = parseRunConfig({ dataset: { kind: 'emoji8' } }, 'test')
    const shown = settingFields.map(({ path }) => path)
    const limits = ['evaluations', 'seconds', 'standardError'].map((key) => `valuation.${key}`)
    expect(shown.toSorted()).toEqual(
      [...pathsOf(rest), 'featureMemory', 'space.operations', ...limits].toSorted(),
    )
    for (const kind of ['cnn', 'maxout'] as const) {
      const settings = Object.keys(backboneConfig.parse({ kind })).filter((key) => key !== 'kind')
      expect(backboneFields[kind].map(({ path }) => path).toSorted()).toEqual(settings.toSorted())
    }
    const table = ['group', 'imageSize', 'label', 'labelSeparator', 'path', 'salt', 'split', 'unusableRows']
    expect(datasetFields.table.map(({ path }) => path).toSorted()).toEqual(
      table.map((key) => `dataset.${key}`),
    )
  })

  it('of nothing is the configuration of the defaults', () => {
    expect(validateForm(emptyForm()).config).toEqual(runConfig.parse({ dataset: { kind: 'emoji8' } }))
  })

  it('gives back the configuration that it was made from', () => {
    const configs = [
      fixtureConfig,
      smallConfig('/data/vectors.csv'),
      smallConfig('/data/vectors.csv', {
        space: { name: 'bm-nas', operations: ['sum', 'concat_fc'], sparse: { kernel: 5, nonNegative: true } },
        valuation: { renormalise: true, alphaStep: 1e-7 },
      }),
    ]
    for (const config of configs) {
      const { config: again, faults } = validateForm(formFromConfig(config))
      expect(faults.size).toBe(0)
      expect(again).toEqual(config)
    }
  })

  it('says at the field what is wrong with it', () => {
    const form = formFromConfig(smallConfig('/data/vectors.csv'))
    form.settings['space.cells'] = '9'
    form.settings['search.learningRate'] = '0'
    form.settings['training.repetitions'] = '2.5'
    form.settings['valuation.samplesNormal'] = 'many'
    form.settings['threads'] = ''
    form.datasets.table['dataset.label'] = ' '
    form.modalities.table[0].backbone['units'] = '8, x'
    form.modalities.table[1].column = ''
    expect(Object.fromEntries(validateForm(form).faults)).toEqual({
      'space.cells': 'Must be at most 6.',
      'search.learningRate': 'Must be more than 0.',
      'training.repetitions': 'Must be a whole number.',
      'valuation.samplesNormal': 'Must be a number.',
      threads: 'Must be a number.',
      'dataset.label': 'Cannot be empty.',
      'backbones.left.units': 'Must be a number.',
      'dataset.modalities.1.column': 'Cannot be empty.',
    })
  })

  it('says what a run would refuse later', () => {
    const form = formFromConfig(smallConfig('vectors.csv'))
    form.settings['valuation.estimator'] = 'exact'
    form.modalities.table.push({ ...newModality('image', 'left'), column: 'photo' })
    form.modalities.table.push({ ...newModality('text', 'scores'), column: 'title' })
    form.settings['space.length'] = '8'
    const { config, faults } = validateForm(form)
    expect(config).toBeNull()
    expect([...faults.keys()].toSorted()).toEqual([
      'dataset.modalities.2.name',
      'dataset.modalities.3.name',
      'dataset.path',
      'space.length',
      'valuation.estimator',
    ])
    form.modalities.table = [form.modalities.table[0]]
    expect(validateForm(form).faults.get('dataset.modalities')).toBe('A fusion needs two modalities or more.')
    form.modalities.table[0].name = 'Left Side'
    expect(validateForm(form).faults.get('dataset.modalities.0.name')).toContain('lower-case letters')
  })

  it('says at "Architecture by" that there is no φ where nothing is valued', () => {
    const form = emptyForm()
    form.settings['search.deriveBy'] = 'phi'
    expect(validateForm(form).faults.size).toBe(0)
    form.settings['search.strategy'] = 'darts'
    const { config, faults } = validateForm(form)
    expect([config, faults.get('search.deriveBy')]).toEqual([
      null,
      expect.stringContaining('darts values nothing'),
    ])
  })

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...settingFields), fc.string(), (field, text) => {
        const form = emptyForm()
        form.settings[field.path] = text
        const { config, faults } = validateForm(form)
        expect(config === null).toBe(faults.size > 0)
      }),
    )
  })

  it.each(['__proto__', 'constructor', 'toString'])('takes %s for no space', (name) => {
    const form = emptyForm()
    form.settings['space.name'] = name
    expect([...validateForm(form).faults.keys()]).toContain('space.name')
  })

  it('takes two ways to write a number for the same', () => {
    const rate = settingFields.find(({ path }) => path === 'search.minLearningRate')!
    expect(meansSame(rate, '1e-5', '0.00001')).toBe(true)
    expect(meansSame(rate, '1e-5', '')).toBe(false)
    const [depths] = backboneFields.cnn
    expect(meansSame(depths, '16, 32', ' 16 32 ')).toBe(true)
  })

  it('leaves out backbones that are as the defaults', () => {
    const form = emptyForm()
    expect(configFromForm(form)['backbones']).toEqual({})
    form.modalities.emoji8[1].backbone['pieces'] = '3'
    expect(configFromForm(form)['backbones']).toMatchObject({ text: { kind: 'maxout', pieces: 3 } })
  })
})
