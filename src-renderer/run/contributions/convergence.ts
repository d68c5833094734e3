import type { RunState } from '#contract/run/state.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import type { ChartDefinition } from '../../charts/chart.ts'
import { drawLines } from '../../charts/draw-lines.ts'
import { lineOfPlayer } from '../../charts/kinds/player-lines.ts'
import { choiceContext } from '../labels.ts'
import type { Valuation } from './valuation.ts'

export interface Convergence {
  run: RunState
  valuation: Valuation
}

/** So many of the largest |φ| are drawn; more lines cannot be told apart. */
const drawn = 5

/** φ of the largest choices as evaluations doubled: has the estimate come to rest within its bands? */
export const convergence: ChartDefinition<Convergence> = {
  id: 'convergence',
  title: 'Did φ come to rest as evaluations doubled?',
  empty:
    'How φ converged was not kept. A search keeps it with “Keep convergence” in its settings; a re-valuation always does.',

  table: ({ valuation: { shapley } }) => ({
    columns: ['player', 'evaluations', 'phi', 'standard error'],
    rows: idsOf(shapley).flatMap((id, i) =>
      (shapley?.trace ?? []).map(({ evaluations, phi, standardError }) => [
        id,
        evaluations,
        phi[i],
        standardError[i],
      ]),
    ),
  }),

  draw({ run, valuation }, focus) {
    const { trace = [] } = valuation.shapley ?? {}
    const ids = idsOf(valuation.shapley)
    const largest = ids
      .map((id, i) => ({ id, i, phi: valuation.shapley!.contributions[i].phi }))
      .toSorted((a, b) => Math.abs(b.phi) - Math.abs(a.phi))
    const shown = largest.filter(({ id }, place) => place < drawn || id === focus.player)
    const banded = shown.find(({ id }) => id === focus.player) ?? shown[0]
    const rows = new Map(valuation.rows.map((row) => [row.player.id, row]))
    const names = shown.map(({ id }) => lineOfPlayer(run, rows.get(id)!.player, focus).name)
    const sameName = (name: string) => names.filter((other) => other === name).length > 1
    return drawLines({
      focus,
      x: {
        name: 'evaluations',
        min: trace[0]?.evaluations ?? 1,
        max: trace.at(-1)?.evaluations ?? 2,
        log: true,
      },
      y: { name: 'φ, points', decimals: 1, zeroLine: true },
      lines: shown.map(({ id, i }) => {
        const row = rows.get(id)!
        const line = lineOfPlayer(run, row.player, focus)
        return {
          ...line,
          name: `${line.name}, ${choiceContext(row)}`,
          label: sameName(line.name) ? `${line.name}, ${choiceContext(row)}` : line.name,
          symbols: true,
          points: trace.map(({ evaluations, phi }) => [evaluations, 100 * phi[i]] as const),
          band: id === banded?.id ? bandOf(trace, i) : undefined,
        }
      }),
    })
  },
}

/** Normal bands: a trace does not tell how many samples were behind an error. */
const bandOf = (trace: NonNullable<ShapleyResult['trace']>, i: number) =>
  trace.flatMap(({ evaluations, phi, standardError }) => {
    const error = standardError[i]
    if (error === null) return []
    const half = 1.96 * error
    return [[evaluations, 100 * (phi[i] - half), 100 * (phi[i] + half)] as const]
  })

const idsOf = (shapley: ShapleyResult | null): string[] =>
  shapley?.trace ? shapley.contributions.map(({ id }) => id) : []
