import { plainColours } from '#contract/drawing/palette.ts'
import { latest } from '#contract/run/state.ts'
import { scoreName, taskOf } from '#contract/run/score-name.ts'
import { defineChart } from '../chart.ts'
import { drawLines } from '../draw-lines.ts'

export const validationScore = defineChart({
  id: 'validation-score',
  title: 'Is the search still improving?',
  empty: 'The curve begins with the first search epoch.',

  table: (state) => ({
    columns: ['epoch', 'supernet', 'derived'],
    rows: state.byType['search-epoch'].map((event) => [
      event.epoch + 1,
      event.supernetScore,
      event.derivedScore,
    ]),
  }),

  draw(state, focus) {
    const { scheme } = focus
    const colours = plainColours(scheme)
    const epochs = state.byType['search-epoch']
    const kept = latest(state, 'searched')
    return drawLines({
      focus,
      x: { name: 'epoch', min: 1, max: Math.max(2, epochs.at(-1)?.epochs ?? 2) },
      y: { name: `validation ${scoreName(taskOf(state))}`, decimals: 3 },
      mark: kept && { x: kept.epoch + 1, label: 'kept' },
      lines: [
        {
          name: 'supernet',
          colour: colours.supernet,
          symbols: epochs.length < 16,
          points: epochs.map((event) => [event.epoch + 1, event.supernetScore]),
        },
        {
          name: 'derived',
          colour: colours.accent,
          symbols: epochs.length < 16,
          emphasised: true,
          points: epochs.map((event) => [event.epoch + 1, event.derivedScore]),
        },
      ],
    })
  },
})
