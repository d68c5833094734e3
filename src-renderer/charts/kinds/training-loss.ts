import { plainColours } from '#contract/drawing/palette.ts'
import type { RunState } from '#contract/run/state.ts'
import { defineChart } from '../chart.ts'
import { drawLines } from '../draw-lines.ts'

export const trainingLoss = defineChart({
  id: 'training-loss',
  title: 'Is the supernet still learning?',
  empty: 'The curve begins with the first step of the search.',

  table: (state) => ({
    columns: ['epochs', 'step', 'loss of the step', 'mean loss of the epoch'],
    rows: [
      ...stepsInEpochs(state).map(({ epochs, step, loss }) => [epochs, step, loss, null]),
      ...state.byType['search-epoch'].map((event) => [event.epoch + 1, null, null, event.trainLoss]),
    ],
  }),

  draw(state, focus) {
    const { scheme } = focus
    const colours = plainColours(scheme)
    const epochs = state.byType['search-epoch']
    return drawLines({
      focus,
      x: { name: 'epoch', min: 0, max: Math.max(1, epochs.at(-1)?.epochs ?? 1) },
      y: { name: 'training loss', decimals: 3 },
      lines: [
        {
          name: 'one step',
          label: '',
          colour: colours.supernet,
          width: 1,
          opacity: 0.4,
          points: stepsInEpochs(state).map(({ epochs, loss }) => [epochs, loss]),
        },
        {
          name: 'epoch mean',
          colour: colours.accent,
          emphasised: true,
          symbols: epochs.length < 16,
          points: epochs.map((event) => [event.epoch + 1, event.trainLoss]),
        },
      ],
    })
  },
})

/** The sampled steps of the search, placed in epochs: step i of n within epoch e stands at e + (i + 1)/n. */
export function stepsInEpochs(state: RunState): { epochs: number; step: number; loss: number }[] {
  const ends = state.byType['search-epoch'].map(({ seq }) => seq)
  const steps = state.byType.step.filter(({ phase }) => phase === 'search')
  const epochOf = steps.map(({ seq }) => {
    const epoch = ends.findIndex((end) => end > seq)
    return epoch < 0 ? ends.length : epoch
  })
  const counts = new Map<number, number>()
  for (const epoch of epochOf) counts.set(epoch, (counts.get(epoch) ?? 0) + 1)
  // An epoch that is not finished is as long as the first one.
  const lengthOf = (epoch: number) =>
    epoch < ends.length || ends.length === 0
      ? counts.get(epoch)!
      : Math.max(counts.get(0) ?? 1, counts.get(epoch)!)
  const seen = new Map<number, number>()
  return steps.map(({ step, loss }, i) => {
    const epoch = epochOf[i]
    const position = (seen.get(epoch) ?? 0) + 1
    seen.set(epoch, position)
    return { epochs: epoch + position / lengthOf(epoch), step, loss }
  })
}
