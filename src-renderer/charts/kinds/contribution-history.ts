import type { EventOf } from '#contract/run/events.ts'
import type { RunState } from '#contract/run/state.ts'
import { defineChart } from '../chart.ts'
import { drawLines } from '../draw-lines.ts'
import { lineOfPlayer, lastEpoch, playersIn, shownEpoch } from './player-lines.ts'

export const contributionHistory = defineChart({
  id: 'contributions-over-epochs',
  title: 'Has the order of the contributions settled?',
  empty: 'The curves begin with the first valuation of the supernet.',

  table: (state, focus) => ({
    columns: ['player', 'epoch', 'phi', 'standard error', 'low', 'high', 'samples', 'alpha'],
    rows: playersIn(state, focus).flatMap(({ id }) =>
      valuations(state).flatMap(({ epoch, alphas, shapley }) => {
        const found = shapley!.contributions.find((contribution) => contribution.id === id)
        if (!found) return []
        const { phi, standardError, low, high, samples } = found
        return [[id, epoch + 1, phi, standardError, low, high, samples, alphas[id] ?? null]]
      }),
    ),
  }),

  /** The band of the selected player; without one, of the player that leads in the end. */
  draw(state, focus) {
    const players = playersIn(state, focus)
    const lines = players.map((player) => lineOfPlayer(state, player, focus))
    const final = (id: string) => historyOf(state, id).at(-1)?.value?.phi ?? -Infinity
    const leader = players.map(({ id }) => id).reduce((a, b) => (final(b) > final(a) ? b : a), players[0]?.id)
    const banded = players.some(({ id }) => id === focus.player) ? focus.player : leader
    return drawLines({
      focus,
      x: { name: 'epoch', min: 1, max: lastEpoch(state) },
      y: { name: 'φ, points', decimals: 1, zeroLine: true },
      mark: shownEpoch(focus),
      lines: lines.map((line) => ({
        ...line,
        points: historyOf(state, line.id).map(
          ({ epoch, value }) => [epoch, value ? 100 * value.phi : null] as const,
        ),
        band: line.id === banded ? bandOf(state, line.id) : undefined,
      })),
    })
  },
})

const historyOf = (state: RunState, id: string) =>
  valuations(state).map(({ epoch, shapley }) => ({
    epoch: epoch + 1,
    value: shapley!.contributions.find((contribution) => contribution.id === id),
  }))

const bandOf = (state: RunState, id: string) =>
  historyOf(state, id).flatMap(({ epoch, value }) =>
    value && value.low !== null && value.high !== null
      ? [[epoch, 100 * value.low, 100 * value.high] as const]
      : [],
  )

const valuations = (state: RunState): EventOf<'search-epoch'>[] =>
  state.byType['search-epoch'].filter(({ shapley }) => shapley !== null)
