import type { EventOf } from '#contract/run/events.ts'
import { modalityColour } from '#contract/drawing/palette.ts'
import { latest, type RunState } from '#contract/run/state.ts'
import { runTables } from '#contract/run/tables.ts'
import { scoreName, taskOf } from '#contract/run/score-name.ts'
import { defineChart } from '../chart.ts'
import { drawLines } from '../draw-lines.ts'

export const backbones = defineChart({
  id: 'backbones',
  title: 'How far does each modality get alone?',
  empty: 'The curve begins with the first epoch of a backbone.',

  table: runTables.backbones,

  draw: (state, focus) =>
    drawLines({
      focus,
      x: { name: 'epoch', min: 1, max: longest(state.byType['backbone-epoch']) },
      y: { name: `validation ${scoreName(taskOf(state))}`, decimals: 3 },
      lines: modalitiesOf(state).map((modality, i) => ({
        name: modality,
        colour: modalityColour(i, focus.scheme),
        points: state.byType['backbone-epoch']
          .filter((event) => event.modality === modality)
          .map((event) => [event.epoch + 1, event.validationScore]),
      })),
    }),
})

/** Modalities in the dataset's order, so that their colours stay. */
export function modalitiesOf(state: RunState): string[] {
  return latest(state, 'dataset')?.summary.modalities.map(({ name }) => name) ?? []
}

const longest = (events: readonly EventOf<'backbone-epoch'>[]) =>
  Math.max(2, ...events.map(({ epochs }) => epochs))
