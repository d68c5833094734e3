import { describe, expect, it } from 'vitest'
import { contributionColour, textOnContribution } from '#contract/drawing/palette.ts'
import { emptyRunState, foldEvents } from '#contract/run/state.ts'
import { runEvents } from '../../fixtures/run-events.ts'
import { csvFromTable } from '#contract/table.ts'
import { drawLines } from '../../../src-renderer/charts/draw-lines.ts'
import { backbones } from '../../../src-renderer/charts/kinds/backbones.ts'
import { contributionHistory } from '../../../src-renderer/charts/kinds/contribution-history.ts'
import { modelTraining } from '../../../src-renderer/charts/kinds/model-training.ts'
import { stepsInEpochs, trainingLoss } from '../../../src-renderer/charts/kinds/training-loss.ts'
import { validationScore } from '../../../src-renderer/charts/kinds/validation-score.ts'
import { weightHistory } from '../../../src-renderer/charts/kinds/weight-history.ts'

const state = foldEvents(runEvents())
const charts = [validationScore, trainingLoss, backbones, modelTraining, contributionHistory, weightHistory]

interface Drawn {
  series: {
    id?: string
    name?: string
    data: [number, number | null][]
    lineStyle: { type: unknown }
    areaStyle?: object
    stack?: string
    markLine?: { data: { xAxis?: number }[] }
  }[]
}

describe.each(charts)('the chart $id', (chart) => {
  it('draws an empty run as well as a full one, in both schemes', () => {
    for (const scheme of ['light', 'dark'] as const) {
      expect(() => chart.draw(emptyRunState, { scheme })).not.toThrow()
      const { series } = chart.draw(state, { scheme }) as unknown as Drawn
      expect(series.every(({ data }) => data.length > 0)).toBe(true)
    }
    expect(chart.table(emptyRunState, { scheme: 'light' }).rows).toEqual([])
  })

  it('has rows as wide as its header, in CSV too', () => {
    const table = chart.table(state, { scheme: 'light' })
    expect(table.rows.length).toBeGreaterThan(0)
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
    expect(csvFromTable(table).trimEnd().split('\r\n')).toHaveLength(table.rows.length + 1)
  })
})

describe('the curves', () => {
  it('carry the figures of the log', () => {
    const { series } = validationScore.draw(state, { scheme: 'light' }) as unknown as Drawn
    const derived = series.find(({ name }) => name === 'derived')!
    const epochs = state.byType['search-epoch']
    expect(derived.data).toEqual(epochs.map((event) => [event.epoch + 1, event.derivedScore]))
  })

  it('place steps within their epoch', () => {
    const steps = stepsInEpochs(state)
    expect(steps[0].epochs).toBeCloseTo(1 / 7)
    expect(steps[6].epochs).toBe(1)
    expect(steps.at(-1)!.epochs).toBe(8)
    const running = foldEvents(runEvents().filter(({ seq }) => seq <= state.byType.step[9].seq))
    expect(stepsInEpochs(running).at(-1)!.epochs).toBeCloseTo(1 + 3 / 7)
  })

  it('draw the operations of one decision, the sparse ones dashed', () => {
    const focus = { scheme: 'light', decision: 'cell1/node0/op' } as const
    for (const chart of [contributionHistory, weightHistory]) {
      const { series } = chart.draw(state, focus) as unknown as Drawn
      const lines = series.filter(({ id }) => id?.startsWith('cell1/node0/op/'))
      expect(lines).toHaveLength(8)
      const dashed = lines.filter(({ lineStyle }) => lineStyle.type !== 'solid')
      expect(dashed.every(({ name }) => name!.startsWith('sparse'))).toBe(true)
      expect(dashed).toHaveLength(4)
    }
  })

  it('have the band of the selected player, else of the one that leads in the end', () => {
    const banded = (player?: string) => {
      const focus = { scheme: 'light', decision: 'cell0/node0/op', player } as const
      const { series } = contributionHistory.draw(state, focus) as unknown as Drawn
      return series.filter(({ areaStyle }) => areaStyle).map(({ stack }) => stack)
    }
    const phi = new Map(
      state.byType['search-epoch'].at(-1)!.shapley!.contributions.map((found) => [found.id, found.phi]),
    )
    const operations = ['sum', 'sparse_glu'].toSorted(
      (a, b) => phi.get(`cell0/node0/op/${b}`)! - phi.get(`cell0/node0/op/${a}`)!,
    )
    expect(banded()).toEqual([`${operations[0].replace('sparse_glu', 'sparse GLU')} band`])
    expect(banded('cell0/node0/op/concat')).toEqual(['concat band'])
  })

  it('mark the epoch that the page shows', () => {
    const { series } = weightHistory.draw(state, { scheme: 'light', epoch: 3 }) as unknown as Drawn
    expect(series[0].markLine!.data[0]).toMatchObject({ xAxis: 4 })
  })
})

describe('a mark in a chart', () => {
  it('has a row for its label under the name of the axis', () => {
    const drawn = (mark?: { x: number; label: string }) =>
      drawLines({
        focus: { scheme: 'light' },
        x: { name: 'epoch', min: 1, max: 8 },
        y: { name: 'accuracy', decimals: 3 },
        lines: [{ name: 'derived', colour: '#000', points: [[1, 0.5]] }],
        mark,
      }) as { grid: { top: number }; yAxis: { nameGap: number } }
    const [plain, marked] = [drawn(), drawn({ x: 1, label: 'kept' })]
    expect(marked.yAxis.nameGap - plain.yAxis.nameGap).toBeGreaterThanOrEqual(11)
    expect(marked.grid.top - marked.yAxis.nameGap).toBe(plain.grid.top - plain.yAxis.nameGap)
  })
})

describe('csvFromTable', () => {
  it('quotes what needs quotes and disarms formulas, but not negative numbers', () => {
    const table = {
      columns: ['a', 'b'],
      rows: [
        ['x,"y"', -0.5],
        ['=1+1', null],
      ],
    }
    expect(csvFromTable(table)).toBe('a,b\r\n"x,""y""",-0.5\r\n\'=1+1,\r\n')
  })
})

describe('the scale of φ', () => {
  it('is neutral at zero, full at the limit and beyond', () => {
    expect(contributionColour(0, 0.1, 'light')).toBe('rgb(244 244 245)')
    expect(contributionColour(0.1, 0.1, 'light')).toBe('rgb(0 114 178)')
    expect(contributionColour(-0.4, 0.1, 'light')).toBe('rgb(213 94 0)')
    expect(contributionColour(0.1, 0, 'dark')).toBe(contributionColour(0, 1, 'dark'))
  })

  it('keeps text readable: a contrast of at least 4.5 everywhere', () => {
    for (const scheme of ['light', 'dark'] as const) {
      for (let phi = -1; phi <= 1; phi += 0.05) {
        const background = luminance(contributionColour(phi, 1, scheme).match(/\d+/g)!.map(Number))
        const text = textOnContribution(phi, 1, scheme)
        const foreground = luminance([1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16)))
        const [high, low] = [background, foreground].sort((a, b) => b - a)
        expect((high + 0.05) / (low + 0.05), `${scheme} ${phi}`).toBeGreaterThan(4.5)
      }
    }
  })
})

function luminance(channels: number[]): number {
  const linear = channels.map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}
