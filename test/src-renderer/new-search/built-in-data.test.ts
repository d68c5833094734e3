import { describe, expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { builtInKinds } from '../../../src-renderer/new-search/built-in-data.ts'
import { differencesBetween } from '../../../src-renderer/new-search/differences.ts'
import { validateForm } from '../../../src-renderer/new-search/faults.ts'
import { emptyForm, formFromConfig, takeData } from '../../../src-renderer/new-search/form.ts'

describe.each(builtInKinds)('the built-in data %s', (kind) => {
  it('make a configuration without anything else being chosen', () => {
    const form = emptyForm()
    form.source = kind
    const { config, faults } = validateForm(form)
    expect([...faults]).toEqual([])
    expect(config!.dataset).toEqual(parseRunConfig({ dataset: { kind } }, 'defaults').dataset)
  })

  it('come back from a configuration with their split and their backbones', () => {
    const dataset = { kind, salt: 'another' }
    const backbones = { text: { kind: 'maxout', pieces: 3 } }
    const config = parseRunConfig({ dataset, backbones }, 'test')
    const again = validateForm(formFromConfig(config)).config!
    expect(again.dataset).toEqual(config.dataset)
    expect(again.backbones).toEqual(config.backbones)
  })
})

it('other built-in data are a difference, and other sources keep what was written of them', () => {
  const [form, base] = [emptyForm(), emptyForm()]
  form.datasets.emoji8['dataset.samplesPerClass'] = '20'
  takeData(form, parseRunConfig({ dataset: { kind: 'icons18' } }, 'test').dataset)
  expect(differencesBetween(form, base)).toMatchObject([
    { path: 'dataset.kind', now: 'the icons icons18', before: 'the demo data emoji8' },
  ])
  expect(form.datasets.emoji8['dataset.samplesPerClass']).toBe('20')
})
