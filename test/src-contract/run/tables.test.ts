import { describe, expect, it } from 'vitest'
import { parseEvent } from '#contract/run/events.ts'
import { foldEvents, latest, otherScores } from '#contract/run/state.ts'
import { runTables } from '#contract/run/tables.ts'
import type { Table } from '#contract/table.ts'
import { metricTitle, scoreName, taskOf, valueName } from '#contract/run/score-name.ts'
import { multiLabelEvents } from '../../fixtures/multi-label-events.ts'
import { runEvents } from '../../fixtures/run-events.ts'

const single = foldEvents(runEvents())
const many = foldEvents(multiLabelEvents())

/** The cells of a column. */
const column = ({ columns, rows }: Table, name: string) => rows.map((row) => row[columns.indexOf(name)])

describe('the tables of a run', () => {
  it('say what the score is', () => {
    expect(new Set(column(runTables.scores(single), 'score'))).toEqual(new Set(['accuracy']))
    expect(new Set(column(runTables.scores(many), 'score'))).toEqual(new Set(['weighted F1']))
    expect(new Set(column(runTables.contributions(many), 'of'))).toEqual(new Set(['weighted F1']))
  })

  it('leave open what older runs did not measure', () => {
    expect(new Set(column(runTables.scores(single), 'test weighted F1'))).toEqual(new Set([null]))
    expect(runTables.classes(single).rows).toEqual([])
    expect(runTables.calibration(single).rows).toEqual([])
  })

  it('list all labels of a sample, and whether all are right', () => {
    const { classes, labelSets, predictedSets } = latest(many, 'predictions')!
    const { rows } = runTables.predictions(many)
    expect(rows).toHaveLength(labelSets!.length)
    rows.forEach(([, truth, answer, right], i) => {
      expect(truth).toBe(labelSets![i].map((label) => classes[label]).join('; '))
      expect(right).toBe(`${labelSets![i]}` === `${predictedSets![i]}` ? 'yes' : 'no')
      expect(answer === '').toBe(predictedSets![i].length === 0)
    })
  })

  it('have the bins of the calibration before and after', () => {
    const { temperature } = latest(many, 'calibration')!
    const table = runTables.calibration(many)
    expect(table.rows).toHaveLength(30)
    expect(new Set(column(table, 'temperature'))).toEqual(new Set([1, temperature]))
    const answers = column(table, 'answers') as number[]
    const labels =
      latest(many, 'predictions')!.labelSets!.length * latest(many, 'predictions')!.classes.length
    expect(answers.slice(0, 15).reduce((sum, count) => sum + count)).toBe(labels)
  })

  it('have every class with its support', () => {
    const { classes, labelSets } = latest(many, 'predictions')!
    const table = runTables.classes(many)
    expect(column(table, 'class')).toEqual(classes)
    expect(column(table, 'test samples')).toEqual(
      classes.map((_, label) => labelSets!.filter((own) => own.includes(label)).length),
    )
  })
})

describe('the names of scores', () => {
  it('follow the task, and the metric where another values the players', () => {
    expect([taskOf(single), taskOf(many)]).toEqual(['single-label', 'multi-label'])
    expect(scoreName('single-label')).toBe('accuracy')
    expect(metricTitle('score', 'multi-label')).toBe('weighted F1')
    expect(valueName(single, {})).toBe('accuracy')
    expect(valueName(many, { metric: 'mean-average-precision' })).toBe('mean average precision')
  })
})

it('scores beside the main one are means over repetitions', () => {
  const derived = many.byType.model.filter(({ model }) => model === 'derived')
  const found = otherScores(many).find(({ model, score }) => model === 'derived' && score === 'macro F1')!
  expect(found.mean).toBeCloseTo(
    derived.reduce((sum, { testMacroF1 }) => sum + testMacroF1, 0) / derived.length,
    12,
  )
  expect(otherScores(single).map(({ score }) => score)).not.toContain('weighted F1')
})

it('events of versions that knew one task only are read as single-label', () => {
  const { summary } = latest(single, 'dataset')!
  const { task: _, meanLabels: __, ...old } = summary
  const read = parseEvent({ type: 'dataset', seq: 0, at: 0, summary: old })
  expect(read).toMatchObject({ summary: { task: 'single-label', meanLabels: 1 } })
  const predictions = { type: 'predictions', seq: 0, at: 0, classes: ['a', 'b'], labels: [0], predicted: [1] }
  expect(parseEvent(predictions)).toMatchObject({ task: 'single-label', labels: [0], predicted: [1] })
})
