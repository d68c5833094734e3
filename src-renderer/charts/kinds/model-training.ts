import { modalityColour, plainColours, type Scheme } from '#contract/drawing/palette.ts'
import type { RunState } from '#contract/run/state.ts'
import { runTables } from '#contract/run/tables.ts'
import { scoreName, taskOf } from '#contract/run/score-name.ts'
import { defineChart } from '../chart.ts'
import { drawLines, type Line } from '../draw-lines.ts'
import { modalitiesOf } from './backbones.ts'

export const modelTraining = defineChart({
  id: 'model-training',
  title: 'How do the final networks compare while they train?',
  empty: 'The curves begin when the derived architecture and its baselines are trained.',

  table: runTables.training,

  draw(state, focus) {
    const { scheme } = focus
    const epochs = Math.max(2, ...state.byType['model-epoch'].map((event) => event.epochs))
    return drawLines({
      focus,
      x: { name: 'epoch', min: 1, max: epochs },
      y: { name: `validation ${scoreName(taskOf(state))}`, decimals: 3 },
      lines: modelNames(state).flatMap((model) => linesOf(state, model, scheme)),
    })
  },
})

const modelNames = (state: RunState) => [...new Set(state.byType['model-epoch'].map(({ model }) => model))]

/** One thin line a repetition; the first carries the label. */
function linesOf(state: RunState, model: string, scheme: Scheme): Line[] {
  const events = state.byType['model-epoch'].filter((event) => event.model === model)
  const repetitions = [...new Set(events.map(({ repetition }) => repetition))]
  return repetitions.map((repetition, i) => ({
    name: repetitions.length > 1 ? `${model}, repetition ${repetition + 1}` : model,
    label: i === 0 ? model : '',
    colour: modelColour(state, model, scheme),
    width: 1.25,
    opacity: i === 0 ? 1 : 0.55,
    points: events
      .filter((event) => event.repetition === repetition)
      .map((event) => [event.epoch + 1, event.validationScore]),
  }))
}

/** A single modality has its modality's colour, the derived architecture the accent, everything else is grey. */
export function modelColour(state: RunState, model: string, scheme: Scheme): string {
  const colours = plainColours(scheme)
  if (model === 'derived') return colours.accent
  const modality = modalitiesOf(state).indexOf(model)
  return modality < 0 ? colours.supernet : modalityColour(modality, scheme)
}
