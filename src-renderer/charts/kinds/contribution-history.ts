import type { EventOf } from '#contract/events.ts'
import type { Player } from '#contract/genotype.ts'
import { latest, type RunState } from '#contract/run-state.ts'
import { operationName, sourceName } from '../../words.ts'
import { defineChart, type ChartFocus } from '../chart.ts'
import { drawLines } from '../draw-lines.ts'
import { modalityColour, operationStyle, plainColours, type LineStyle, type Scheme } from '../palette.ts'
import { modalitiesOf } from './backbones.ts'

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

  draw(state, focus) {
    const players = playersIn(state, focus)
    const epochs = latest(state, 'search-epoch')?.epochs ?? 2
    return drawLines({
      focus,
      x: { name: 'epoch', min: 1, max: Math.max(2, epochs) },
      y: { name: 'φ, points', decimals: 1, zeroLine: true },
      lines: players.map((player) => lineOf(state, player, focus)),
    })
  },
})

function lineOf(state: RunState, player: Player, { scheme, player: selected }: ChartFocus) {
  const history = valuations(state).map(({ epoch, shapley }) => ({
    epoch: epoch + 1,
    value: shapley!.contributions.find(({ id }) => id === player.id),
  }))
  const emphasised = player.id === selected
  const { colour, dashed } = playerStyle(state, player, scheme)
  return {
    name: player.kind === 'operation' ? operationName(player.label) : sourceName(player.label),
    colour,
    dashed,
    emphasised,
    opacity: selected === undefined || emphasised ? 1 : 0.55,
    points: history.map(({ epoch, value }) => [epoch, value ? 100 * value.phi : null] as const),
    band: emphasised
      ? history.flatMap(({ epoch, value }) =>
          value && value.low !== null && value.high !== null
            ? [[epoch, 100 * value.low, 100 * value.high] as const]
            : [],
        )
      : undefined,
  }
}

/** Operations have their own colour and dash; an edge has the colour of its source's modality. */
function playerStyle(state: RunState, player: Player, scheme: Scheme): LineStyle {
  if (player.kind === 'operation') return operationStyle(player.label, scheme)
  const feature = latest(state, 'space')?.features.find(({ id }) => id === player.label)
  if (!feature) return { colour: plainColours(scheme).text, dashed: player.label === 'y' }
  const depth = Number(/\d+$/.exec(feature.id)?.[0] ?? 0)
  return {
    colour: modalityColour(modalitiesOf(state).indexOf(feature.modality), scheme),
    dashed: depth % 2 === 0,
  }
}

const valuations = (state: RunState): EventOf<'search-epoch'>[] =>
  state.byType['search-epoch'].filter(({ shapley }) => shapley !== null)

/** The players of the decision in focus; by default the first one among operations. */
function playersIn(state: RunState, { decision }: ChartFocus): Player[] {
  const players = latest(state, 'space')?.players ?? []
  const wanted = decision ?? players.find(({ kind }) => kind === 'operation')?.decision
  return players.filter((player) => player.decision === wanted)
}
