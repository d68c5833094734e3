import { describe, expect, it } from 'vitest'
import { withMark } from '#contract/run/score-name.ts'
import { csvFromTable } from '#contract/table.ts'
import {
  columnChoiceFromText,
  moveColumn,
  orderedColumns,
} from '../../../../src-renderer/runs/table/column-choice.ts'
import { gainOf, runColumns } from '../../../../src-renderer/runs/table/columns.ts'
import { tableFromRuns } from '../../../../src-renderer/runs/table/csv.ts'
import { madeUpRun } from '../made-up-run.ts'

const score = { mean: 0.7234567, deviation: 0.0123456, repetitions: 3 }
const scored = madeUpRun('r1', {
  name: 'one, two',
  score,
  bestSingle: { model: 'image', mean: 0.7 },
  parameters: 56_194,
  latencyMs: 1.23456,
  tags: ['keep', 'paper'],
})
const text = (id: string, run = scored) => runColumns.find((column) => column.id === id)!.text(run, 0)

describe('the columns of the list of runs', () => {
  it('write scores with their error, gains with their sign, and a dash for what is unknown', () => {
    expect(text('score')).toBe('0.723 ± 0.012 (n = 3)')
    expect(text('gain')).toBe('+0.023')
    expect(['score', 'gain', 'parameters', 'latency', 'cost'].map((id) => text(id, madeUpRun('r2')))).toEqual(
      Array.from({ length: 5 }, () => '–'),
    )
    expect(gainOf(madeUpRun('r2', { score }))).toBeNull()
  })

  it('save every figure in full precision, in the order of the columns', () => {
    const columns = ['gain', 'name', 'score', 'tags'].map((id) =>
      runColumns.find((column) => column.id === id)!,
    )
    const [head, row, unknown] = csvFromTable(tableFromRuns([scored, madeUpRun('r2')], columns)).split('\r\n')
    expect(head).toBe(
      'gain,best single modality,its test score,run,name,seed,score is,test score,standard deviation,repetitions,tags',
    )
    expect(row).toBe(
      `${0.7234567 - 0.7},image,0.7,r1,"one, two",1,accuracy,0.7234567,0.0123456,3,keep; paper`,
    )
    expect(unknown).toBe(',,,r2,r2,1,,,,,')
  })

  it('say of a score whose epoch was chosen on test that it is one', () => {
    const peer = madeUpRun('r3', { score, dataset: withMark('emoji8', true) })
    const { fields } = runColumns.find(({ id }) => id === 'score')!
    const saved = fields!.find(([name]) => name === 'score is')![1]
    expect([saved(scored), saved(peer)]).toEqual(['accuracy', 'accuracy, epoch chosen on test'])
  })
})

describe('the remembered columns', () => {
  it('survive an older or damaged memory', () => {
    const fresh = columnChoiceFromText(null)
    for (const damaged of ['', '{', '[]', '{"order":3}']) expect(columnChoiceFromText(damaged)).toEqual(fresh)
    const old = columnChoiceFromText(
      JSON.stringify({ order: ['score', 'gone', 'name', 'score'], hidden: ['name'], widths: { score: 300 } }),
    )
    expect(old.order.slice(0, 2)).toEqual(['score', 'name'])
    expect(new Set(old.order)).toEqual(new Set(runColumns.map(({ id }) => id)))
    expect(old.hidden).toEqual(['name', 'study'])
    expect(orderedColumns(old)[0].width).toBe(300)
  })

  it('move past hidden ones and stay at the ends', () => {
    const choice = { order: ['a', 'hidden', 'b'], hidden: ['hidden'], widths: {} }
    expect(moveColumn(choice, 'a', 1).order).toEqual(['b', 'hidden', 'a'])
    expect(moveColumn(choice, 'a', -1)).toEqual(choice)
  })
})
