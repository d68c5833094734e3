import { describe, expect, it } from 'vitest'
import { foldEvents, latest } from '#contract/run/state.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import { madeUpRevaluation } from '../../../e2e/made-up-valuations.ts'
import { runEvents } from '../../../fixtures/run-events.ts'
import { changeOf, changeSentences, changeTable } from '../../../../src-renderer/run/contributions/change.ts'
import { convergence } from '../../../../src-renderer/run/contributions/convergence.ts'
import { honestyOf } from '../../../../src-renderer/run/contributions/honesty.ts'
import { ledgerRows } from '../../../../src-renderer/run/contributions/ledger.ts'
import { revaluedBy, valuationOf } from '../../../../src-renderer/run/contributions/valuation.ts'
import { verdictsOf } from '../../../../src-renderer/run/contributions/verdicts.ts'

const events = runEvents()
const state = foldEvents(events)
const made = madeUpRevaluation(events)
const valuation = revaluedBy(state, made)!
const own = latest(state, 'search-epoch')!.shapley!

/** The search's own result with φ of these players moved, in points. */
const movedBy = (moves: Record<string, number>): ShapleyResult => ({
  ...own,
  contributions: own.contributions.map((found) => ({
    ...found,
    phi: found.phi + (moves[found.id] ?? 0) / 100,
  })),
})
const against = (now: ShapleyResult) => changeOf({ ...valuation, shapley: now, rows: rowsWith(now) }, own)!
const rowsWith = (now: ShapleyResult) =>
  valuation.rows.map((row) => ({
    ...row,
    contribution: now.contributions.find(({ id }) => id === row.player.id)!,
  }))

describe('a re-valuation in the ledger', () => {
  it('has the φ that was found, beside the α of its epoch', () => {
    expect(valuation.revaluation).toBe(made)
    for (const { player, contribution, alpha } of valuation.rows) {
      expect(contribution).toBe(made.result.contributions.find(({ id }) => id === player.id))
      expect(alpha).toBe(latest(state, 'search-epoch')!.alphas[player.id])
    }
    expect(revaluedBy(state, { ...made, epoch: 99 })).toBeNull()
  })

  it('shows budgets beside those that the search began with', () => {
    const row = ledgerRows(state, valuation).find(({ player }) => player.group === 'sparse')!
    expect(row).toMatchObject({ initial: 20, spent: 160 })
    expect(row.contribution!.samples).toBe(140)
  })

  it('settles an order in itself, never over two epochs', () => {
    const orders = verdictsOf(state, valuation).map(({ order }) => order)
    expect(orders).toContain('once')
    expect(orders).not.toContain('settled')
    const once = verdictsOf(state, valuation).find(({ order }) => order === 'once')!
    expect(once.orderText).toMatch(/in this re-valuation; other epochs may differ/)
  })
})

describe('the change between two valuations', () => {
  it('is nothing between equal ones', () => {
    const change = against(own)
    expect(change.drift).toMatchObject({ change: 0, drift: 0 })
    expect(change.correlation).toBeCloseTo(1, 12)
    expect(change.leaders).toEqual({ same: 6, of: 6 })
    expect(changeSentences(change, 'epoch 7').join(' ')).toContain('No choice differs by more than its band.')
  })

  it('puts the surest difference first and says how much is more than sampling', () => {
    const change = against(movedBy({ 'cell0/node0/op/sum': -9, 'cell0/edge/text.1': 1 }))
    expect(change.rows[0].player.id).toBe('cell0/node0/op/sum')
    expect(change.rows[0].move!.drifted).toBe(true)
    const text = changeSentences(change, 'the search').join(' ')
    expect(text).toContain('From the search, φ differs by 1.6 points')
    expect(text).toMatch(/Sampling alone would make 0\.\d, so about 1\.\d are more than sampling/)
    expect(text).toContain('1 of 33 differs by more than its band; chance alone makes about 2')
    expect(changeTable(change).rows).toHaveLength(33)
  })

  it('sees another leader', () => {
    const change = against(movedBy({ 'cell0/node0/op/concat': 20 }))
    expect(change.leaders).toEqual({ same: 5, of: 6 })
  })
})

describe('how sure an estimate is', () => {
  const factsOf = (changes: Partial<ShapleyResult>) =>
    new Map(
      honestyOf({ ...valuation, shapley: { ...made.result, ...changes } }).map(({ label, ...fact }) => [
        label,
        fact,
      ]),
    )

  it('says what ended it and that it is unbiased', () => {
    const facts = factsOf({})
    expect(facts.get('Ended because')!.text).toBe('its evaluations are spent')
    expect(facts.get('Bias')).toEqual({ text: 'none: the mean of many such estimates is φ' })
    expect(facts.get('Made')!.text).toContain('256 validation samples')
  })

  it('says that a limit of time made the machine part of the result', () => {
    const { text, warning } = factsOf({ stopped: 'seconds' }).get('Ended because')!
    expect(text).toContain('the same seed need not repeat it')
    expect(warning).toBe(true)
  })

  it.each([
    [{ exact: true }, /every coalition was valued/, undefined],
    [{ stopped: 'seconds' as const }, /none: the mean/, undefined],
    [{ unbiased: false }, /falls with the evaluations/, true],
    [{ unbiased: false, stopped: 'standard-error' as const }, /lucky start/, true],
    [
      { unbiased: false, bias: { total: 0.02, most: 0.004, seen: 0.001, walkedOn: 12 } },
      /2\.00 points.*0\.40 of one.*0\.10 was seen in the 12/,
      true,
    ],
  ])('names the bias of %o', (changes, text, warning) => {
    const bias = factsOf(changes).get('Bias')!
    expect(bias.text).toMatch(text)
    expect(bias.warning).toBe(warning)
  })

  it('says whose bands may be too narrow, where something may be unseen', () => {
    const [first, second, ...rest] = made.result.contributions
    const marked = [{ ...first, unseen: 0.034 }, { ...second, unseen: 0.0001 }, ...rest]
    const { text, warning } = factsOf({ contributions: marked }).get('Bands')!
    expect(text).toMatch(/^of 1 choice: few contributions seen.*up to 3\.4 points$/)
    expect(warning).toBe(true)
    expect(factsOf({}).has('Bands')).toBe(false)
  })

  it('says nothing of what older logs do not tell', () => {
    const facts = new Map(honestyOf(valuationOf(state, 3)!).map(({ label, text }) => [label, text]))
    expect([...facts.keys()]).toEqual(['Estimator', 'Evaluations', 'Gap', 'Standard errors'])
  })
})

describe('the curves of convergence', () => {
  it('follow the largest φ over the evaluations, the band for the selected one', () => {
    const focus = { scheme: 'light' as const, player: 'cell0/edge/image.0' }
    const { series, xAxis } = convergence.draw({ run: state, valuation }, focus) as {
      series: { id?: string; data: unknown[]; areaStyle?: object }[]
      xAxis: { type: string; max: number }
    }
    expect(xAxis).toMatchObject({ type: 'log', max: 3984 })
    const lines = series.filter(({ id }) => id !== undefined)
    expect(lines).toHaveLength(6)
    expect(lines.map(({ id }) => id)).toContain(focus.player)
    expect(series.filter(({ areaStyle }) => areaStyle)).toHaveLength(1)
    expect(convergence.table({ run: state, valuation }, focus).rows).toHaveLength(33 * 6)
  })

  it('are empty where the log has none', () => {
    const { rows } = convergence.table({ run: state, valuation: valuationOf(state, 3)! }, { scheme: 'light' })
    expect(rows).toEqual([])
  })
})
