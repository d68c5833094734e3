import { describe, expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import { foldEvents } from '#contract/run/state.ts'
import { multiLabelEvents } from '../../fixtures/multi-label-events.ts'
import { runEvents } from '../../fixtures/run-events.ts'
import { settingGroups } from '../../../src-renderer/run/configuration.ts'
import { filesOf } from '../../../src-renderer/run/files.ts'
import { filterLog, subjectsIn } from '../../../src-renderer/run/log-filter.ts'
import { logLines } from '../../../src-renderer/run/log.ts'
import { comparisons, modelRows } from '../../../src-renderer/run/results/scores.ts'
import { describeSelection } from '../../../src-renderer/run/selection.ts'

const events = runEvents()
const state = foldEvents(events)

describe('the scores of a run', () => {
  it('name modalities as such and compare with the best one and the other baselines', () => {
    const rows = modelRows(state)
    expect(rows.map(({ label }) => label)).toEqual(['image alone', 'text alone', 'concatenation', 'derived'])
    const compared = comparisons(rows, state)
    expect(compared.map(({ against }) => against)).toEqual(['image alone', 'concatenation'])
    expect(compared[0].difference.mean).toBeCloseTo(rows[3].mean - rows[0].mean)
    expect(compared[0].difference.pairs).toBe(3)
  })

  it('compare nothing before the derived architecture is trained', () => {
    const rows = modelRows(state).filter(({ model }) => model !== 'derived')
    expect(comparisons(rows, state)).toEqual([])
  })
})

describe('the log of a run', () => {
  it('is in order, from the start on, and leaves out what curves show better', () => {
    const lines = logLines(state)
    expect(lines[0]).toMatchObject({ sinceStartMs: 0, text: expect.stringContaining('cuda not taken') })
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map(({ seq }) => seq).toSorted((a, b) => a - b))
    expect(lines.length).toBeLessThan(40)
    expect(lines.at(-1)!.text).toBe('Done')
  })

  it('tells how reliable the probabilities are, among the lines of training', () => {
    const lines = logLines(foldEvents(multiLabelEvents()))
    expect(filterLog(lines, 'data', 'dataset')[0].text).toMatch(/test samples with \d+ labels/)
    const [told] = filterLog(lines, 'training', 'calibration')
    expect(told.text).toMatch(/expected error 0\.\d{3}, 0\.\d{3} at temperature 1\.60/)
  })

  it('tells a failure with its place', () => {
    const problem = new Problem('training-diverged', 'backbone text', 'loss is NaN').report()
    const failed = foldEvents([...events.slice(0, 9), { type: 'failed', seq: 9, at: events[9].at, problem }])
    expect(logLines(failed).at(-1)).toMatchObject({
      kind: 'problem',
      text: 'Training has led to numbers that are not finite: backbone text: loss is NaN',
    })
  })
})

describe('the filter of the log', () => {
  const lines = logLines(state)

  it('keeps lines about one subject, and of them those with every word', () => {
    const search = filterLog(lines, 'search', '')
    expect(search.every(({ type }) => ['space', 'search-epoch', 'searched'].includes(type))).toBe(true)
    expect(search).toHaveLength(10)
    expect(filterLog(lines, 'search', 'ARCHITECTURE kept')).toHaveLength(1)
    expect(filterLog(lines, '', 'nothing like this')).toEqual([])
    expect(filterLog(lines, '', ' ')).toEqual(lines)
  })

  it('puts every line under one subject', () => {
    const counted = subjectsIn(lines).reduce((sum, { count }) => sum + count, 0)
    expect(counted).toBe(lines.length)
    expect(subjectsIn(lines).map(({ subject }) => subject)).toEqual([
      'data',
      'backbones',
      'search',
      'training',
      'export',
      'state',
    ])
  })
})

describe('the files of a run', () => {
  it('are those that it has written so far, each with its meaning', () => {
    const { record, exported } = filesOf(state)
    expect(record.map(({ path }) => path)).toContain('result.json')
    expect(exported).toHaveLength(5)
    expect([...record, ...exported].every(({ meaning }) => meaning !== '')).toBe(true)
    const begun = filesOf(foldEvents(events.slice(0, 5)))
    expect(begun.record.map(({ path }) => path)).not.toContain('models/')
    expect(begun.exported).toEqual([])
  })
})

describe('the configuration of a run', () => {
  it('marks exactly what differs from the defaults', () => {
    const config = parseRunConfig({ dataset: { kind: 'emoji8' }, seed: 5, space: { cells: 3 } }, 'test')
    const settings = settingGroups(config).flatMap(({ settings }) => settings)
    expect(settings.filter(({ changed }) => changed).map(({ path }) => path)).toEqual(['seed', 'space.cells'])
    expect(settings.find(({ path }) => path === 'space.cells')).toMatchObject({ value: '3', standard: '2' })
    expect(settings.find(({ path }) => path === 'space.sparse.kernel')!.value).toBe('3')
  })
})

describe('a selected part', () => {
  it('names the edges that touch it', () => {
    expect(describeSelection('feature/image.3', state)!.edges).toEqual([
      'cell0/edge/image.3',
      'cell1/edge/image.3',
    ])
    expect(describeSelection('cell0/out', state)!.edges).toEqual(['cell1/edge/cell0'])
    expect(describeSelection('cell1/in', state)!.edges).toHaveLength(7)
  })

  it('is unknown when the space does not have it', () => {
    for (const id of ['feature/audio.0', 'cell7/in', 'nonsense'])
      expect(describeSelection(id, state)).toBeNull()
  })
})
