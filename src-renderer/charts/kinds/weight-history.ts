import { defineChart } from '../chart.ts'
import { drawLines } from '../draw-lines.ts'
import { lastEpoch, lineOfPlayer, playersIn, shownEpoch } from './player-lines.ts'

export const weightHistory = defineChart({
  id: 'weights-over-epochs',
  title: 'Where does the mixture move?',
  empty: 'The curves begin with the first search epoch.',

  table: (state, focus) => ({
    columns: ['player', 'epoch', 'alpha', 'weight'],
    rows: playersIn(state, focus).flatMap(({ id }) =>
      state.byType['search-epoch'].map(({ epoch, alphas, mixture }) => [
        id,
        epoch + 1,
        alphas[id] ?? null,
        mixture[id] ?? null,
      ]),
    ),
  }),

  draw: (state, focus) =>
    drawLines({
      focus,
      x: { name: 'epoch', min: 1, max: lastEpoch(state) },
      y: { name: 'weight, softmax of α', decimals: 3 },
      mark: shownEpoch(focus),
      lines: playersIn(state, focus).map((player) => ({
        ...lineOfPlayer(state, player, focus),
        points: state.byType['search-epoch'].map(
          ({ epoch, mixture }) => [epoch + 1, mixture[player.id] ?? null] as const,
        ),
      })),
    }),
})
