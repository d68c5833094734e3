import { describe, expect, it } from 'vitest'
import { exporterNames } from '#contract/export.ts'
import { emptyRunState, foldEvents } from '#contract/run/state.ts'
import { byDefault, exporterChoices, optionItems } from '../../../src-renderer/export/choices.ts'
import { runEvents } from '../../fixtures/run-events.ts'

const events = runEvents()
const whole = foldEvents(events)
const firstOf = (type: string) => events.findIndex((event) => event.type === type) + 1
const possible = (count: number) =>
  exporterChoices(foldEvents(events.slice(0, count)))
    .filter(({ reason }) => reason === null)
    .map(({ name }) => name)

describe('what a run can be exported as', () => {
  it('grows with the run: data, then an architecture, then a model', () => {
    expect(exporterChoices(emptyRunState).every(({ reason }) => reason !== null)).toBe(true)
    expect(possible(firstOf('dataset'))).toEqual(['report', 'csv'])
    expect(possible(firstOf('search-epoch'))).toEqual(['genotype', 'svg', 'report', 'csv'])
    expect(possible(events.length)).toEqual(exporterNames)
  })

  it('has no overlay of contributions where the search did not value its choices', () => {
    const plain = events.map((event) => (event.type === 'search-epoch' ? { ...event, shapley: null } : event))
    const overlay = exporterChoices(foldEvents(plain)).find(({ name }) => name === 'overlay')!
    expect(overlay.reason).toBe('this search did not value its choices')
  })
})

describe('the options', () => {
  it('are only those that the chosen parts read', () => {
    expect(optionItems(whole, ['report', 'csv'])).toEqual({})
    expect(Object.keys(optionItems(whole, ['onnx']))).toEqual(['repetition'])
    expect(Object.keys(optionItems(whole, ['pytorch', 'svg']))).toEqual(['repetition', 'epoch'])
  })

  it('begin with what is taken when nothing is said', () => {
    const { repetition, epoch } = optionItems(whole, ['onnx', 'genotype'])
    expect(repetition!.map(({ value }) => value)).toEqual([byDefault, 0, 1, 2])
    expect(epoch!.map(({ value }) => value)).toEqual([byDefault, 0, 1, 2, 3, 4, 5, 6, 7])
    const derived = whole.byType.model.filter(({ model }) => model === 'derived')
    const best = Math.max(...derived.map(({ validationScore }) => validationScore))
    const { repetition: number } = derived.find(({ validationScore }) => validationScore === best)!
    expect(repetition![0].label).toBe(`the best on validation (${number + 1})`)
  })
})
