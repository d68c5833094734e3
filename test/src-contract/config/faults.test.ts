import { expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'

const faultsOf = (value: object): string => {
  try {
    parseRunConfig({ dataset: { kind: 'emoji8' }, ...value }, 'here')
    return ''
  } catch (error) {
    return (error as Error).message.replace('The configuration is not valid: here: ', '')
  }
}

it.each([
  [
    { backbones: { text: { epochs: 3 } } },
    'backbones.text.kind: it is missing; say which it is, of cnn, maxout, onnx',
  ],
  [
    { backbones: { text: { kind: 'lstm' } } },
    'backbones.text.kind: it is "lstm"; there are cnn, maxout, onnx',
  ],
  [{ dataset: {} }, 'dataset.kind: it is missing; say which it is, of emoji8, icons18, table'],
  [{ dataset: undefined }, 'dataset: it is missing'],
  [{ dataset: { kind: 'table', path: 'a.csv', modalities: {} } }, 'dataset.label: it is missing'],
  [{ search: { epochs: 0 } }, 'search.epochs: Too small: expected number to be >=1'],
])('%j is answered with what is missing or wrong', (value, text) => {
  expect(faultsOf(value)).toBe(text)
})
