import { describe, expect, it } from 'vitest'
import { parseRunConfig, type RunConfig } from '#contract/config.ts'
import { foldEvents, latest } from '#contract/run-state.ts'
import { runEvents } from '../../fixtures/run-events.ts'
import { runIdsFromText, textFromRunIds, toggleRun } from '../../../src-renderer/compare/chosen-runs.ts'
import {
  comparedRuns,
  defaultReference,
  runsByDataset,
  type ComparedRun,
  type LoadedRun,
} from '../../../src-renderer/compare/compared-run.ts'
import { compareCharts } from '../../../src-renderer/compare/curves.ts'
import { genotypeRows, placeName } from '../../../src-renderer/compare/genotypes.ts'
import { modelColumns, scoresOf, scoresTable } from '../../../src-renderer/compare/scores.ts'
import { settingsDifference } from '../../../src-renderer/compare/settings.ts'
import { pairedDifference, welchDifference } from '../../../src-renderer/statistics.ts'

interface MadeUp {
  name?: string
  /** Of the events; other events are other scores and choices. */
  draw?: number
  settings?: Partial<RunConfig>
  hash?: string
  events?: number
}

function loaded({ name = 'demo', draw = 1, settings = {}, hash, events }: MadeUp): LoadedRun {
  const config = parseRunConfig({ name, dataset: { kind: 'emoji8' }, ...settings }, 'test')
  const log = runEvents({ seed: draw }).map((event) =>
    event.type === 'dataset' && hash ? { ...event, summary: { ...event.summary, hash } } : event,
  )
  const summary = { name, state: 'done', seed: config.seed } as LoadedRun['summary']
  return { config, state: foldEvents(log.slice(0, events)), summary }
}

function compare(...made: MadeUp[]): ComparedRun[] {
  const ids = made.map((_, i) => `r${i}`)
  return comparedRuns(ids, new Map(made.map((options, i) => [ids[i], loaded(options)])))
}

describe('the choice of runs', () => {
  it('stands in the address in its order, each once', () => {
    expect(runIdsFromText('b,a,,b')).toEqual(['b', 'a'])
    expect(runIdsFromText('')).toEqual([])
    expect(textFromRunIds(toggleRun(toggleRun(['a'], 'b'), 'a'))).toBe('b')
  })

  it('keeps the letters of runs while others are missing, and labels no two alike', () => {
    const one = loaded({ settings: { seed: 1 } })
    const other = loaded({ settings: { seed: 2 } })
    const map = new Map([
      ['a', one],
      ['c', other],
      ['d', other],
      ['e', loaded({ name: 'alone' })],
    ])
    const runs = comparedRuns(['a', 'missing', 'c', 'd', 'e'], map)
    expect(runs.map(({ letter }) => letter)).toEqual(['A', 'C', 'D', 'E'])
    expect(runs.map(({ label }) => label)).toEqual([
      'demo, seed 1',
      'demo, seed 2, c',
      'demo, seed 2, d',
      'alone',
    ])
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
  it('are those that differ; equal ones are counted', () => {
    const runs = compare({ name: 'one' }, { name: 'two', settings: { seed: 5 } })
    const { differing, equal } = settingsDifference(runs)
    expect(differing).toEqual([{ path: 'seed', values: ['1', '5'] }])
    expect(equal).toBeGreaterThan(30)
  })

  it('say where a run has no such setting', () => {
    const runs = compare({}, { settings: { backbones: { text: { kind: 'maxout' } } } as never })
    const kind = settingsDifference(runs).differing.find(({ path }) => path === 'backbones.text.kind')
    expect(kind?.values).toEqual([null, 'maxout'])
  })
})

describe('scores side by side', () => {
  const derivedOf = (run: ComparedRun) => scoresOf([run], run.id)[0].models.get('derived')!.scores

  it('are paired where seed and data are equal', () => {
    const runs = compare({ draw: 1 }, { draw: 2 })
    const { difference } = scoresOf(runs, 'r0')[1]
    expect(difference?.method).toBe('paired')
    expect(difference?.band).toEqual(pairedDifference(derivedOf(runs[1]), derivedOf(runs[0]))!.band)
  })

  it.each([
    ['the seeds differ', { draw: 2, settings: { seed: 2 } }],
    ['the data differ', { draw: 2, hash: 'other' }],
  ])('are not paired where %s', (why, other) => {
    const runs = compare({ draw: 1 }, other)
    const { difference } = scoresOf(runs, 'r0')[1]
    expect(difference?.method).toBe('Welch')
    expect(difference?.because).toContain(why)
    expect(difference?.band).toEqual(welchDifference(derivedOf(runs[1]), derivedOf(runs[0])).band)
  })

  it('differ from the reference that is asked for, and only where both have a score', () => {
    const runs = compare({ draw: 1 }, { draw: 2 }, { draw: 3, events: 40 })
    const [first, second, third] = scoresOf(runs, 'r1')
    expect(second.difference).toBeNull()
    expect(third.difference).toBeNull()
    expect(first.difference!.mean).toBeCloseTo(-scoresOf(runs, 'r0')[1].difference!.mean)
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
  const withGenotype = (
    run: ComparedRun,
    inputs: [string, string],
    operation: 'sum' | 'glu',
  ): ComparedRun => {
    const searched = latest(run.state, 'searched')!
    const genotype = {
      space: 'sm-shapnas' as const,
      cells: [{ inputs, nodes: [{ operation, inputs: ['x', 'y'] as [string, string] }] }],
    }
    const byType = { ...run.state.byType, searched: [{ ...searched, genotype }] }
    return { ...run, state: { ...run.state, byType } }
  }
  const [a, b, c] = compare({}, {}, {})
  const runs = [
    withGenotype(a, ['image.1', 'text.0'], 'sum'),
    withGenotype(b, ['text.0', 'image.1'], 'glu'),
    withGenotype(c, ['image.1', 'image.2'], 'sum'),
  ]
  const rows = genotypeRows(runs, 'r0')

  it('are aligned by cell and node', () => {
    expect(rows.map(placeName)).toEqual([
      'cell 0: inputs',
      'cell 0, node 0: inputs',
      'cell 0, node 0: operation',
    ])
    expect(rows.map(({ differs }) => differs)).toEqual([true, false, true])
  })

  it('mark what the reference did not choose, and inputs that are changed over', () => {
    const [inputs, , operation] = rows
    expect(inputs.chosen.map((chosen) => chosen!.parts.map(({ differs }) => differs))).toEqual([
      [false, false],
      [false, false],
      [false, true],
    ])
    expect(inputs.chosen.map((chosen) => chosen!.swapped)).toEqual([false, true, false])
    expect(operation.chosen[1]!.parts).toEqual([{ label: 'glu', differs: true }])
  })

  it('say how many runs agree on each choice', () => {
    expect(rows[0].consensus.map(({ label, count }) => [label, count])).toEqual([
      ['image.1', 3],
      ['text.0', 2],
      ['image.2', 1],
    ])
    expect(rows[2].consensus[0]).toEqual({ label: 'sum', count: 2, share: 2 / 3 })
  })

  it('leave room for runs without that place, and for runs without an architecture', () => {
    const deeper = compare({ draw: 4 })[0]
    const before = { ...compare({ events: 10 })[0], id: 'r9' }
    const aligned = genotypeRows([runs[0], deeper, before], 'r0')
    const second = aligned.find(({ cell }) => cell === 1)!
    expect(second.chosen[0]).toBeNull()
    expect(second.chosen[1]!.parts).toHaveLength(2)
    expect(aligned.every(({ chosen }) => chosen[2] === null)).toBe(true)
    expect(aligned.map(({ cell }) => cell)).toEqual(aligned.map(({ cell }) => cell).toSorted())
  })
})

describe('curves side by side', () => {
  it('have one line a run, ended by its letter, and every figure in the table', () => {
    const runs = compare({ name: 'a name that is much longer than a line can end with' }, { name: 'short' })
    for (const chart of compareCharts) {
      const option = chart.draw({ runs, referenceId: 'r0' }, { scheme: 'light' })
      const series = option.series as { name: string; endLabel: { formatter: string }; data: unknown[] }[]
      expect(series.map(({ data }) => data.length)).toEqual([8, 8])
      expect(series[0].endLabel.formatter).toMatch(/^A a name.*…$/)
      expect(series[1].endLabel.formatter).toBe('B short')
      expect(chart.table({ runs, referenceId: 'r0' }, { scheme: 'light' }).rows).toHaveLength(16)
    }
  })

  it('write the name of a search that ends early where the others end', () => {
    const [long] = compare({ name: 'long' })
    const [short] = compare({ name: 'short' })
    const epochs = short.state.byType['search-epoch'].slice(0, 3)
    const cut = {
      ...short,
      index: 1,
      letter: 'B',
      state: { ...short.state, byType: { ...short.state.byType, 'search-epoch': epochs } },
    }
    const option = compareCharts[0].draw({ runs: [long, cut], referenceId: 'r0' }, { scheme: 'light' })
    const series = option.series as { name: string; endLabel: { show: boolean }; data: [number, number][] }[]
    expect(series.map(({ endLabel }) => endLabel.show)).toEqual([true, false, true])
    expect(series[2].data.map(([epoch]) => epoch)).toEqual([3, 8])
  })
})
