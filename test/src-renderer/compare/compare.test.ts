import { describe, expect, it } from 'vitest'
import { runIdsFromText, textFromRunIds, toggleRun } from '../../../src-renderer/compare/chosen-runs.ts'
import { compareCharts } from '../../../src-renderer/compare/curves.ts'
import { byTestScore, byValidationScore, describeGroup } from '#contract/compare/score-groups.ts'
import { fixtureConfig } from '../../fixtures/run-events.ts'
import { compare } from '../../src-contract/compare/made-up-runs.ts'

describe('the choice of runs', () => {
  it('stands in the address in its order, each once', () => {
    expect(runIdsFromText('b,a,,b')).toEqual(['b', 'a'])
    expect(runIdsFromText('')).toEqual([])
    expect(textFromRunIds(toggleRun(toggleRun(['a'], 'b'), 'a'))).toBe('b')
  })
})

describe('curves side by side', () => {
  it('have one line a run, ended by its letter, and every figure in the table', () => {
    const runs = compare({ name: 'a name that is much longer than a line can end with' }, { name: 'short' })
    for (const chart of compareCharts) {
      const option = chart.draw({ runs, referenceId: 'r0', score: 'accuracy' }, { scheme: 'light' })
      const series = option.series as { name: string; endLabel: { formatter: string }; data: unknown[] }[]
      expect(series.map(({ data }) => data.length)).toEqual([8, 8])
      expect(series[0].endLabel.formatter).toBe('A a name tha…an end with')
      expect(series[1].endLabel.formatter).toBe('B short')
      expect(
        chart.table({ runs, referenceId: 'r0', score: 'accuracy' }, { scheme: 'light' }).rows,
      ).toHaveLength(16)
    }
  })

  it('write the name of a search that ends early where the others end', () => {
    const [long, whole] = compare({ name: 'long' }, { name: 'short' })
    const cut = { ...whole, digest: { ...whole.digest, epochs: whole.digest.epochs.slice(0, 3) } }
    const option = compareCharts[0].draw(
      { runs: [long, cut], referenceId: 'r0', score: 'accuracy' },
      { scheme: 'light' },
    )
    const series = option.series as { name: string; endLabel: { show: boolean }; data: [number, number][] }[]
    expect(series.map(({ endLabel }) => endLabel.show)).toEqual([true, false, true])
    expect(series[2].data.map(([epoch]) => epoch)).toEqual([3, 8])
  })
})

describe('runs whose scores are of different kinds', () => {
  const several = { task: 'multi-label' as const }
  const peer = { settings: { training: { ...fixtureConfig.training, peerProtocol: true } } }
  const unread = { events: 1 }

  it('stand apart, each kind in the order of its first run', () => {
    const groups = byValidationScore(compare({}, several, {}, several))
    expect(groups.map(describeGroup)).toEqual(['Accuracy: runs A, C', 'Weighted F1: runs B, D'])
  })

  it('stand apart on the test split where it chose the epoch, not on the validation split', () => {
    const runs = compare({}, peer, several)
    expect(byTestScore(runs).map(describeGroup)).toEqual([
      'Accuracy: run A',
      'Accuracy, epoch chosen on test: run B',
      'Weighted F1: run C',
    ])
    expect(byValidationScore(runs).map(describeGroup)).toEqual(['Accuracy: runs A, B', 'Weighted F1: run C'])
  })

  it('leave aside what has not read its data, unless all others are of one kind', () => {
    expect(byTestScore(compare(unread, {}, {})).map(describeGroup)).toEqual(['Accuracy: runs A, B, C'])
    expect(byTestScore(compare(unread, {}, several)).map(describeGroup)).toEqual([
      'Accuracy: run B',
      'Weighted F1: run C',
      'No data read: run A',
    ])
    expect(byTestScore(compare(unread, unread)).map(({ score }) => score)).toEqual([null])
  })

  it('have an axis that says which score it is', () => {
    const [chart] = compareCharts
    const option = chart.draw(
      { runs: compare(several), referenceId: 'r0', score: 'weighted F1' },
      { scheme: 'light' },
    )
    expect(option.yAxis).toMatchObject({ name: 'validation weighted F1 of the derived architecture' })
  })
})
