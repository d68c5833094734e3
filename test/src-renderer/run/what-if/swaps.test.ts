import { describe, expect, it } from 'vitest'
import { foldEvents } from '#contract/run/state.ts'
import { fineTuning } from '#contract/what-if/record.ts'
import { ownResult } from '#contract/shapley/valuation.ts'
import { predictChange } from '#contract/what-if/predicted-change.ts'
import { swapKey } from '#contract/what-if/swaps.ts'
import {
  calibrationOf,
  decisionsOf,
  differenceOf,
  pointsOfRows,
  predictedBy,
  rowsOf,
  settingsOf,
  sortRows,
  triedTable,
} from '../../../../src-renderer/run/what-if/swaps.ts'
import {
  expectedMs,
  nextSeed,
  textFromTuning,
  tuningFromText,
} from '../../../../src-renderer/run/what-if/tuning.ts'
import { verdictOf } from '../../../../src-renderer/run/what-if/verdict.ts'
import { runEvents } from '../../../fixtures/run-events.ts'
import { allSwaps, whatIfRecord } from '../../../fixtures/what-if-record.ts'

const events = runEvents()
const state = foldEvents(events)
const swaps = allSwaps(state)
const unvalued = foldEvents(
  events.map((event) => (event.type === 'search-epoch' ? { ...event, shapley: null } : event)),
)

describe('the alternatives', () => {
  it('are all swaps by decision, the largest predicted change first', () => {
    const decisions = decisionsOf(state, 'free', ownResult(state))!
    expect(decisions.flatMap((one) => one.swaps.map(({ swap }) => swapKey(swap))).toSorted()).toEqual(
      swaps.map(swapKey).toSorted(),
    )
    for (const { swaps: own } of decisions) {
      const changes = own.map(({ predicted }) => predicted!.change)
      expect(changes).toEqual(changes.toSorted((a, b) => b - a))
    }
  })

  it('are there without predictions where nothing was valued, and not before the search has ended', () => {
    const [first] = decisionsOf(unvalued, 'free', ownResult(unvalued))!
    expect(first.swaps.every(({ predicted }) => predicted === null)).toBe(true)
    expect(decisionsOf(foldEvents(events.slice(0, 30)), 'free', null)).toBeNull()
  })
})

describe('the swaps that were tried', () => {
  const newer = whatIfRecord(state, swaps.slice(0, 4), { id: 'newer' })
  const older = whatIfRecord(state, swaps.slice(2, 8), { id: 'older' })

  it('stand once each, as they were measured last', () => {
    const rows = rowsOf([newer, older])
    expect(rows.map(({ key }) => key)).toEqual(swaps.slice(0, 8).map(swapKey))
    expect(rows.map(({ record }) => record.id)).toEqual([
      ...Array(4).fill('newer'),
      ...Array(4).fill('older'),
    ])
  })

  it('compare only where they were fine-tuned alike, the newest way first', () => {
    const longer = whatIfRecord(state, swaps.slice(0, 2), {
      tuning: { ...fineTuning.parse({ epochs: 5, repetitions: 1 }), learningRate: 0.002 },
    })
    const settings = settingsOf([longer, newer, older])
    expect(settings.map(({ label, records }) => [label, records.length])).toEqual([
      ['5 epochs, once', 1],
      ['3 epochs, 3 times', 2],
    ])
  })

  it('are sorted by any column, unpredicted ones last either way', () => {
    const [bare, ...rest] = rowsOf([newer])
    const rows = [{ ...bare, predicted: null }, ...rest]
    for (const descending of [true, false]) {
      const sorted = sortRows(rows, { key: 'difference', descending }, 'tuned')
      const differences = sorted.map((row) => differenceOf(row, 'tuned'))
      expect(differences.at(-1)).toBeNull()
      const known = differences.slice(0, -1) as number[]
      expect(known).toEqual(known.toSorted((a, b) => (descending ? b - a : a - b)))
    }
    const measured = sortRows(rows, { key: 'measured', descending: true }, 'inherited')
    expect(measured[0].inherited.change).toBe(Math.max(...rows.map((row) => row.inherited.change)))
  })

  it('can be predicted by another φ, and stay measured as they were', () => {
    const own = ownResult(state)!
    const contributions = own.contributions.map((one) => ({ ...one, phi: 2 * one.phi }))
    const other = { ...own, orders: [], contributions }
    const rows = rowsOf([newer])
    predictedBy(rows, other).forEach((row, i) => {
      expect(row.predicted).toEqual(predictChange(other, row.swap))
      expect(row.predicted!.change).toBeCloseTo(2 * rows[i].predicted!.change)
      expect(row.tuned).toBe(rows[i].tuned)
    })
  })

  it('become points and figures of what is shown, and a table of everything', () => {
    const rows = rowsOf([newer])
    expect(pointsOfRows(rows, 'inherited').map(({ up }) => up.value)).toEqual(
      rows.map((row) => row.inherited.change),
    )
    expect(pointsOfRows([{ ...rows[0], predicted: null }], 'tuned')).toEqual([])
    expect(calibrationOf(rows, 'tuned').swaps).toBe(4)
    const { columns, rows: lines } = triedTable(rows)
    expect(lines[0]).toHaveLength(columns.length)
    expect(lines[0][columns.indexOf('after fine-tuning')]).toBeCloseTo(100 * rows[0].tuned.change)
  })
})

describe('how swaps are fine-tuned', () => {
  it('stands in the address unless it is as usual', () => {
    expect(tuningFromText('')).toEqual(fineTuning.parse({}))
    expect(textFromTuning(fineTuning.parse({}))).toBe('')
    expect(tuningFromText(textFromTuning({ epochs: 7, repetitions: 2 }))).toMatchObject({
      epochs: 7,
      repetitions: 2,
    })
    for (const text of ['0x3', 'x', '7x2000']) expect(tuningFromText(text)).toEqual(fineTuning.parse({}))
  })

  it('takes another seed for what was tried, and the first one for what was not', () => {
    const records = [whatIfRecord(state, swaps.slice(0, 4))]
    expect(nextSeed(records, { kind: 'these', swaps: swaps.slice(3, 5) })).toBe(2)
    expect(nextSeed(records, { kind: 'these', swaps: swaps.slice(4, 6) })).toBe(1)
    expect(nextSeed(records, { kind: 'random', count: 3, except: [] })).toBe(2)
    expect(nextSeed([], { kind: 'random', count: 3, except: [] })).toBe(1)
  })

  it('tells how long it takes by what was measured, the original counted in', () => {
    const record = whatIfRecord(state, swaps.slice(0, 3))
    expect(expectedMs([], { epochs: 3, repetitions: 3 }, 20)).toBeNull()
    expect(expectedMs([record], { epochs: 3, repetitions: 3 }, 20)).toBeCloseTo(21 * 4000)
    expect(expectedMs([record], { epochs: 6, repetitions: 1 }, 1)).toBeCloseTo((2 * 4000 * 6) / 9)
  })
})

it('the verdict promises no more than the figures', () => {
  const calibration = calibrationOf(rowsOf([whatIfRecord(state, swaps)]), 'tuned')
  const judged = (low: number, high: number) =>
    verdictOf({ ...calibration, pearson: null, spearman: { value: (low + high) / 2, band: { low, high } } })
  expect(judged(0.1, 0.8)).toContain('tend to be better')
  expect(judged(-0.8, -0.1)).toContain('tend to be worse')
  expect(judged(-0.2, 0.6)).toMatch(/^That predictions .* is not shown/)
  const open = { value: 0.2, band: { low: -0.2, high: 0.6 } }
  const sized = { value: 0.5, band: { low: 0.1, high: 0.8 } }
  expect(verdictOf({ ...calibration, spearman: open, pearson: sized })).toMatch(/^Large .* is not shown/)
  expect(verdictOf({ ...calibration, swaps: 4 })).toContain('4 of at least 8')
})
