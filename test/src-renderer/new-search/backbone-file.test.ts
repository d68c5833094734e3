import { describe, expect, it } from 'vitest'
import { backboneConfig, parseRunConfig, type OnnxConfig } from '#contract/config.ts'
import { countPlayers } from '../../../src-renderer/new-search/counts.ts'
import { differencesBetween } from '../../../src-renderer/new-search/differences.ts'
import { validateForm } from '../../../src-renderer/new-search/faults.ts'
import { configFromForm, copyForm, emptyForm, formFromConfig } from '../../../src-renderer/new-search/form.ts'

const file = backboneConfig.parse({
  kind: 'onnx',
  id: '0123456789abcdef',
  taps: ['/layer1/Relu, output 0', 'top'],
}) as OnnxConfig

function formWithFile(taps = file.taps) {
  const form = copyForm(emptyForm())
  form.modalities.emoji8[0].file = { ...file, taps }
  return form
}

describe('an imported file in the form', () => {
  it('becomes the backbone of its modality, and comes back from the configuration', () => {
    const config = configFromForm(formWithFile())
    expect(config['backbones']).toEqual({ image: file })
    expect(formFromConfig(parseRunConfig(config, 'form')).modalities.emoji8[0].file).toEqual(file)
  })

  it('offers one feature a tensor', () => {
    const before = countPlayers(emptyForm())!.features
    expect(countPlayers(formWithFile())!.features).toBe(before - 4 + 2)
  })

  it('is one difference, in words', () => {
    expect(differencesBetween(formWithFile(), emptyForm())).toMatchObject([
      {
        path: 'backbones.image',
        step: 'backbones',
        what: 'Backbone of image',
        now: 'the file 0123456789abcdef, tensors /layer1/Relu, output 0, top',
        before: 'built in',
      },
    ])
    expect(differencesBetween(formWithFile(), formWithFile())).toEqual([])
  })

  it('needs a tensor', () => {
    expect(validateForm(formWithFile([])).faults.get('backbones.image.taps')).toMatch('at least 1')
  })
})
