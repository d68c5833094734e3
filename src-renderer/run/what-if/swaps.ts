import { formatContribution } from '#contract/format.ts'
import type { Player } from '#contract/genotype.ts'
import { latest, type RunState } from '#contract/run/state.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import type { Table } from '#contract/table.ts'
import { calibrate, pointsOf } from '#contract/what-if/calibration.ts'
import { predictChange, type PredictedChange } from '#contract/what-if/predicted-change.ts'
import type { MeasuredChange, TriedSwap, WhatIfRecord } from '#contract/what-if/record.ts'
import { describeSwap, swapKey, swapsOf, type Swap, type SwapSpace } from '#contract/what-if/swaps.ts'
import type { BandedPoint } from '../../charts/band-scatter.ts'
import { operationName, sourceName } from '../../words.ts'

/** Whether a change is that with the supernet's weights, or that after fine-tuning. */
export type Measured = 'inherited' | 'tuned'

/** A choice of the architecture, and what could stand in its place. */
export interface DecisionSwaps extends Pick<Player, 'kind' | 'cell' | 'node' | 'decision'> {
  /** The largest predicted change first; in the order of the space where nothing is predicted. */
  swaps: { swap: Swap; predicted: PredictedChange | null }[]
}

/** All swaps of the kept architecture with what this φ predicts, decision by decision; null while there is none. */
export function decisionsOf(
  state: RunState,
  derivation: SwapSpace['derivation'],
  shapley: ShapleyResult | null,
): DecisionSwaps[] | null {
  const [searched, space] = [latest(state, 'searched'), latest(state, 'space')]
  if (!searched || !space) return null
  const all = swapsOf(searched.genotype, { players: space.players, derivation })
  return [...Map.groupBy(all, ({ decision }) => decision)].map(([decision, swaps]) => {
    const { kind, cell, node } = space.players.find((player) => player.decision === decision)!
    const predicted = swaps.map((swap) => ({
      swap,
      predicted: shapley ? predictChange(shapley, swap) : null,
    }))
    const order = (one: (typeof predicted)[number]) => one.predicted?.change ?? 0
    return { decision, kind, cell, node, swaps: predicted.toSorted((a, b) => order(b) - order(a)) }
  })
}

/** Names of operations as elsewhere in the window, sources as they are told there. */
const nameIn = (decision: string) => (label: string) =>
  decision.endsWith('/op') ? operationName(label) : sourceName(label)

export const swapTitle = (swap: Swap): string => describeSwap(swap, nameIn(swap.decision))

/** `sum → GLU`, where the decision is said elsewhere. */
export const swapChange = ({ decision, from, to }: Swap): string =>
  [from, to].map(nameIn(decision)).join(' → ')

/** How fine-tuning was set: only what was measured alike compares. */
export interface Setting {
  key: string
  label: string
  records: WhatIfRecord[]
}

/** The settings of all trials, the one that was used last first. */
export function settingsOf(records: readonly WhatIfRecord[]): Setting[] {
  const groups = Map.groupBy(records, ({ tuning, metric }) =>
    [tuning.epochs, tuning.repetitions, tuning.learningRate, metric].join('/'),
  )
  return [...groups].map(([key, own]) => ({ key, label: settingLabel(own[0]), records: own }))
}

function settingLabel({ tuning: { epochs, repetitions } }: WhatIfRecord): string {
  const times = repetitions === 1 ? 'once' : `${repetitions} times`
  return `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, ${times}`
}

export interface TriedRow extends TriedSwap {
  key: string
  record: WhatIfRecord
}

/** Every swap that was tried, once: as it was measured last. Records come the newest first. */
export function rowsOf(records: readonly WhatIfRecord[]): TriedRow[] {
  const rows = new Map<string, TriedRow>()
  for (const record of records)
    for (const tried of record.tried) {
      const key = swapKey(tried.swap)
      if (!rows.has(key)) rows.set(key, { ...tried, key, record })
    }
  return [...rows.values()]
}

/** The rows as another φ than the search's own predicts them. */
export const predictedBy = (rows: readonly TriedRow[], shapley: ShapleyResult): TriedRow[] =>
  rows.map((row) => ({ ...row, predicted: predictChange(shapley, row.swap) }))

export const sortKeys = ['swap', 'predicted', 'measured', 'difference'] as const
export type SortKey = (typeof sortKeys)[number]

/** Rows in order; what was not predicted stands last in either direction. */
export function sortRows(
  rows: readonly TriedRow[],
  { key, descending }: { key: SortKey; descending: boolean },
  measured: Measured,
): TriedRow[] {
  const valueOf = (row: TriedRow): number | string | null => {
    if (key === 'swap') return swapTitle(row.swap)
    if (key === 'measured') return row[measured].change
    if (key === 'predicted') return row.predicted?.change ?? null
    return differenceOf(row, measured)
  }
  const sign = descending ? -1 : 1
  return rows.toSorted((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)]
    if (one === null || other === null) return Number(one === null) - Number(other === null)
    return one < other ? -sign : one > other ? sign : 0
  })
}

/** Measured less predicted. */
export const differenceOf = (row: TriedRow, measured: Measured): number | null =>
  row.predicted && row[measured].change - row.predicted.change

/** The rows with a prediction, for the picture. */
export function pointsOfRows(rows: readonly TriedRow[], measured: Measured): BandedPoint[] {
  return rows.flatMap(({ key, swap, predicted, [measured]: found }) =>
    predicted
      ? [
          {
            id: key,
            across: { ...predicted, value: predicted.change },
            up: { ...found, value: found.change },
            hollow: !swap.decision.endsWith('/op'),
            title: `${swapTitle(swap)}\npredicted ${changeText(predicted)}\nmeasured ${changeText(found)}`,
          },
        ]
      : [],
  )
}

/** Whether a measured change is clear of 0; a band that holds 0 leaves open whether the swap helps. */
export const isClear = (found: Pick<MeasuredChange, 'low' | 'high'> | undefined): boolean =>
  found !== undefined && (found.low > 0 || found.high < 0)

/** `+1.2 [−0.3, +2.7]`, in points. */
export const changeText = ({ change, low, high }: Pick<PredictedChange, 'change' | 'low' | 'high'>): string =>
  formatContribution({ phi: change, low, high })

export const calibrationOf = (rows: readonly TriedRow[], measured: Measured) =>
  calibrate(pointsOf(rows, measured))

/** Everything that was tried, for other programs; changes in points. */
export function triedTable(rows: readonly TriedRow[]): Table {
  const points = (share: number | null | undefined) => (typeof share === 'number' ? 100 * share : null)
  return {
    columns: [
      'decision',
      'from',
      'to',
      'predicted',
      'predicted low',
      'predicted high',
      'before training',
      'before training low',
      'before training high',
      'after fine-tuning',
      'after fine-tuning low',
      'after fine-tuning high',
      'gained samples',
      'lost samples',
      'epochs',
      'repetitions',
    ],
    rows: rows.map(({ swap, predicted, inherited, tuned, record }) => [
      swap.decision,
      swap.from,
      swap.to,
      ...[predicted?.change, predicted?.low, predicted?.high].map(points),
      ...[inherited.change, inherited.low, inherited.high].map(points),
      ...[tuned.change, tuned.low, tuned.high].map(points),
      tuned.gained,
      tuned.lost,
      record.tuning.epochs,
      record.tuning.repetitions,
    ]),
  }
}
