import { describe, expect, it } from 'vitest'
import { runIdsFromText, textFromRunIds, toggleRun } from '../../../src-renderer/compare/chosen-runs.ts'
import { compareCharts } from '../../../src-renderer/compare/curves.ts'
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
      const option = chart.draw({ runs, referenceId: 'r0' }, { scheme: 'light' })
      const series = option.series as { name: string; endLabel: { formatter: string }; data: unknown[] }[]
      expect(series.map(({ data }) => data.length)).toEqual([8, 8])
      expect(series[0].endLabel.formatter).toMatch(/^A a name.*…$/)
      expect(series[1].endLabel.formatter).toBe('B short')
      expect(chart.table({ runs, referenceId: 'r0' }, { scheme: 'light' }).rows).toHaveLength(16)
    }
  })

  it('write the name of a search that ends early where the others end', () => {
    const [long, whole] = compare({ name: 'long' }, { name: 'short' })
    const cut = { ...whole, digest: { ...whole.digest, epochs: whole.digest.epochs.slice(0, 3) } }
    const option = compareCharts[0].draw({ runs: [long, cut], referenceId: 'r0' }, { scheme: 'light' })
    const series = option.series as { name: string; endLabel: { show: boolean }; data: [number, number][] }[]
    expect(series.map(({ endLabel }) => endLabel.show)).toEqual([true, false, true])
    expect(series[2].data.map(([epoch]) => epoch)).toEqual([3, 8])
  })
})
