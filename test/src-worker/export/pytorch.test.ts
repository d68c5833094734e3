import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pytorchFiles } from '#worker/export/exporters/pytorch.ts'
import { ModuleNames } from '#worker/export/pytorch/names.ts'
import { decodeSafetensors } from '#worker/run-directory/safetensors.ts'
import { fixtureName, madeUpModel, recipes } from '../../fixtures/open-models.ts'

/** The checked text: `pytorch.long.test.ts` runs it in PyTorch. After a change of the generator, write it anew from there. */
const fixture = (name: string) =>
  readFileSync(
    fileURLToPath(new URL(`../../fixtures/pytorch/${fixtureName(name)}.py`, import.meta.url)),
    'utf8',
  )

describe.each(Object.entries(recipes))('the PyTorch module, %s', (name, recipe) => {
  it('is the text that was checked in PyTorch', async () => {
    const { model, config } = madeUpModel(recipe)
    const { files } = await pytorchFiles(model, config, 'made-up')
    expect(files['model.py']).toBe(fixture(name))
  })

  it('comes with every trained number that the classifier reads', async () => {
    const { model, config } = madeUpModel(recipe)
    const { files } = await pytorchFiles(model, config, 'made-up')
    const { tensors } = decodeSafetensors(files['weights.safetensors'] as Uint8Array, 'weights')
    const numbers = Object.entries(tensors)
      .filter(([key]) => !key.startsWith('backbone_') && !key.endsWith('.step'))
      .reduce((sum, [, { data }]) => sum + data.length, 0)
    expect(numbers).toBe(model.fusion.weights.length + model.fusion.statistics.length)
    expect(Object.keys(tensors).filter((key) => key.endsWith('.step'))).toHaveLength(
      model.fusion.network.dictionaries.length,
    )
  })
})

it('tells the threshold of a task with several labels a sample, and nothing of it otherwise', async () => {
  const { model, config } = madeUpModel(recipes['normal'])
  const single = await pytorchFiles(model, config, 'made-up')
  const many = await pytorchFiles({ ...model, task: 'multi-label' }, config, 'made-up')
  expect(many.files['model.py']).toContain('THRESHOLD = 0.3')
  expect(single.files['model.py']).not.toContain('THRESHOLD')
  expect(JSON.parse(many.files['preprocessing.json'] as string)).toMatchObject({
    task: 'multi-label',
    threshold: 0.3,
  })
  expect(JSON.parse(single.files['preprocessing.json'] as string)).not.toHaveProperty('threshold')
})

it('says what its test score is where that is not plain accuracy', async () => {
  const { model, config } = madeUpModel(recipes['normal'])
  const headOf = async (changes: Partial<typeof model>) => {
    const { files } = await pytorchFiles({ ...model, ...changes }, config, 'made-up')
    return (files['model.py'] as string).split('\n')[0]
  }
  expect(await headOf({})).toMatch(/test score 0\.720\.$/)
  expect(await headOf({ task: 'multi-label' })).toContain('test score 0.720 (weighted F1).')
  expect(await headOf({ chosenOnTest: true })).toContain('test score 0.720 (accuracy, epoch chosen on test).')
})

it('holds the temperature that calibrates it beside its weights, where one is known', async () => {
  const { model, config } = madeUpModel(recipes['normal'])
  const metadataOf = async (temperature: number | null) => {
    const { files } = await pytorchFiles({ ...model, temperature }, config, 'made-up')
    return decodeSafetensors(files['weights.safetensors'] as Uint8Array, 'weights').metadata
  }
  expect(await metadataOf(1.25)).toEqual({ run: 'made-up', calibrationTemperature: '1.25' })
  expect(await metadataOf(null)).toEqual({ run: 'made-up' })
})

it('refuses weights that are not finite', async () => {
  const { model, config } = madeUpModel(recipes['normal'])
  model.fusion.weights[3] = NaN
  await expect(pytorchFiles(model, config, 'made-up')).rejects.toMatchObject({ code: 'training-diverged' })
})

it('gives names that differ in signs alone different identifiers', () => {
  const names = new ModuleNames()
  expect([names.backbone('a-b'), names.backbone('a_b'), names.backbone('a-b')]).toEqual([
    'backbone_a_b',
    'backbone_a_b_v2',
    'backbone_a_b',
  ])
})
