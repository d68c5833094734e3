import type { Player } from '#contract/genotype.ts'
import {
  modalityColour,
  operationStyle,
  plainColours,
  type LineStyle,
  type Scheme,
} from '#contract/drawing/palette.ts'
import { latest, type RunState } from '#contract/run/state.ts'
import { operationName, sourceName } from '../../words.ts'
import type { ChartFocus } from '../chart.ts'
import { modalitiesOf } from './backbones.ts'

/** What all curves of a player have in common: name, look, and the id that a click selects. */
export function lineOfPlayer(state: RunState, player: Player, { scheme, player: selected }: ChartFocus) {
  const emphasised = player.id === selected
  const { colour, dashed } = playerStyle(state, player, scheme)
  const rivalSelected = selected?.startsWith(`${player.decision}/`) === true && !emphasised
  return {
    id: player.id,
    name: player.kind === 'operation' ? operationName(player.label) : sourceName(player.label),
    colour,
    dashed,
    emphasised,
    opacity: rivalSelected ? 0.55 : 1,
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

/** The players of the decision in focus; by default the first one among operations. */
export function playersIn(state: RunState, { decision }: ChartFocus): Player[] {
  const players = latest(state, 'space')?.players ?? []
  const wanted = decision ?? players.find(({ kind }) => kind === 'operation')?.decision
  return players.filter((player) => player.decision === wanted)
}

export const lastEpoch = (state: RunState): number => Math.max(2, latest(state, 'search-epoch')?.epochs ?? 2)

/** The epoch that the page shows, as the same upright line in every chart. */
export const shownEpoch = ({ epoch }: ChartFocus) =>
  epoch === undefined ? undefined : { x: epoch + 1, label: 'shown' }
