import { describe, expect, it } from 'vitest'
import {
  comparedRuns,
  defaultReference,
  derivedScores,
  runsByDataset,
} from '#contract/compare/compared-run.ts'
import { genotypeRows, genotypeTable, placeName } from '#contract/compare/genotypes.ts'
import { modelColumns, namesOfScores, scoresOf, scoresTable } from '#contract/compare/scores.ts'
import { settingRows } from '#contract/compare/settings.ts'
import type { Genotype } from '#contract/genotype.ts'
import { pairedDifference } from '#contract/statistics.ts'
import { compare, madeUpRun, type MadeUp } from './made-up-runs.ts'

describe('compared runs', () => {
  it('keeps the letters of runs while others are missing, and labels no two alike', () => {
    const one = madeUpRun({ settings: { seed: 1 } })
    const other = madeUpRun({ settings: { seed: 2 } })
    const made = { a: one, c: other, d: other, e: madeUpRun({ name: 'alone' }) }
    const map = new Map(Object.entries(made).map(([id, run]) => [id, { id, ...run }]))
    const runs = comparedRuns(['a', 'missing', 'c', 'd', 'e'], map)
    expect(runs.map(({ letter }) => letter)).toEqual(['A', 'C', 'D', 'E'])
    expect(runs.map(({ label }) => label)).toEqual([
      'demo, seed 1',
      'demo, seed 2, c',
      'demo, seed 2, d',
      'alone',
    ])
  })

  it('labels the runs of a study without its name, unless one of them ends otherwise', () => {
    const labels = (...names: string[]) => compare(...names.map((name) => ({ name }))).map((r) => r.label)
    expect(labels('darts, 8 · widths', 'darts, 16 · widths')).toEqual(['darts, 8', 'darts, 16'])
    expect(labels('darts, 8 · widths', 'demo')).toEqual(['darts, 8 · widths', 'demo'])
  })

  it('measures by the first run that has a score', () => {
    expect(defaultReference(compare({ events: 40 }, {}, {}))?.letter).toBe('B')
    expect(defaultReference(compare({ events: 40 }, { events: 20 }))?.letter).toBe('A')
  })

  it('tells runs apart by the content of their data', () => {
    expect(runsByDataset(compare({}, {}))).toHaveLength(1)
    const groups = runsByDataset(compare({}, { hash: 'other' }, {}, { events: 1 }))
    expect(groups.map(({ letters }) => letters)).toEqual([['A', 'C'], ['B']])
  })
})

describe('settings side by side', () => {
  it('say which of them differ', () => {
    const rows = settingRows(
      compare({ name: 'one', settings: { study: 'widths' } }, { name: 'two', settings: { seed: 5 } }),
    )
    expect(rows.filter(({ differs }) => differs)).toEqual([
      { path: 'seed', values: ['1', '5'], differs: true },
    ])
    expect(rows.length).toBeGreaterThan(30)
  })

  it('say where a run has no such setting', () => {
    const runs = compare({}, { settings: { backbones: { text: { kind: 'maxout' } } } as never })
    const kind = settingRows(runs).find(({ path }) => path === 'backbones.text.kind')
    expect(kind?.values).toEqual([null, 'maxout'])
  })
})

describe('scores side by side', () => {
  it('are named where all are of one kind', () => {
    const [{ digest }] = compare({})
    const several: MadeUp = { digest: { dataset: { ...digest.dataset!, task: 'multi-label' } } }
    expect(namesOfScores(compare({}, {}))).toBe(' (accuracy)')
    expect(namesOfScores(compare(several, several))).toBe(' (weighted F1)')
    expect(namesOfScores(compare({}, several))).toBe('')
  })

  it('differ from the reference that is asked for, and only where both have a score', () => {
    const runs = compare({ draw: 1 }, { draw: 2 }, { draw: 3, events: 40 })
    const [first, second, third] = scoresOf(runs, 'r1')
    expect(second.difference).toBeNull()
    expect(third.difference).toBeNull()
    const expected = pairedDifference(derivedScores(runs[0])!, derivedScores(runs[1])!)!
    expect(first.difference).toMatchObject({ mean: expected.mean, band: expected.band, method: 'paired' })
    expect(modelColumns([third, first]).map(({ label }) => label)).toEqual([
      'derived',
      'image alone',
      'text alone',
      'concatenation',
    ])
    const rows = scoresTable([first, second, third]).rows
    expect(rows.filter((row) => row[6] !== null).map((row) => [row[0], row[2], row[9]])).toEqual([
      ['r0', 'derived', 'paired'],
    ])
  })
})

describe('architectures side by side', () => {
  const genotype = (inputs: [string, string], operation: 'sum' | 'glu'): Genotype => ({
    space: 'sm-shapnas',
    cells: [{ inputs, nodes: [{ operation, inputs: ['x', 'y'] }] }],
  })
  const runs = compare(
    { digest: { genotype: genotype(['image.1', 'text.0'], 'sum') } },
    { digest: { genotype: genotype(['text.0', 'image.1'], 'glu') } },
    { digest: { genotype: genotype(['image.1', 'image.2'], 'sum') } },
  )
  const rows = genotypeRows(runs, 'r0')

  it('are aligned by cell and node', () => {
    expect(rows.map(placeName)).toEqual([
      'cell 0: inputs',
      'cell 0, node 0: inputs',
      'cell 0, node 0: operation',
    ])
    expect(rows.map(({ differs }) => differs)).toEqual([true, false, true])
  })

  it('say what was kept, added and left out against the reference, and which inputs are exchanged', () => {
    const [inputs, , operation] = rows
    expect(inputs.chosen.map((chosen) => chosen!.swapped)).toEqual([false, true, false])
    expect(inputs.chosen[2]!.parts).toEqual([
      { label: 'image.1', change: 'kept' },
      { label: 'image.2', change: 'added' },
      { label: 'text.0', change: 'removed' },
    ])
    expect(operation.chosen[1]!.parts).toEqual([
      { label: 'glu', change: 'added' },
      { label: 'sum', change: 'removed' },
    ])
    expect(genotypeTable(rows, runs).rows[2]).toEqual([
      'cell 0, node 0: operation',
      'sum',
      '+glu −sum',
      'sum',
    ])
  })

  it('leave room for runs without that place, and for runs without an architecture', () => {
    const aligned = genotypeRows([runs[0], ...compare({ draw: 4 }, { events: 10 }).slice(0)], 'r0')
    const second = aligned.find(({ cell }) => cell === 1)!
    expect(second.chosen[0]).toBeNull()
    expect(second.chosen[1]!.parts.map(({ change }) => change)).toEqual(['kept', 'kept'])
    expect(aligned.every(({ chosen }) => chosen[2] === null)).toBe(true)
    expect(aligned.map(({ cell }) => cell)).toEqual(aligned.map(({ cell }) => cell).toSorted())
  })
})
