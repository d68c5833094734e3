import type { Player } from '#contract/genotype.ts'
import { type FusionSpace, sourcesOfCell, sourcesOfNode } from './space.ts'

/**
 * The players of the supernet game: one per edge into a cell, one per edge into an inner node, one per operation of an
 * inner node. Their order is the layout of the mixture vector: cell by cell its edges, then node by node the inner
 * edges and the operations; the players of one decision are neighbours. The zero of an edge is no player.
 */
export function playersOf(space: FusionSpace): Player[] {
  const players: Player[] = []
  for (let cell = 0; cell < space.config.cells; cell++) {
    for (const label of sourcesOfCell(space, cell))
      players.push({ ...choice(`cell${cell}/edge`, label), kind: 'edge', cell, group: 'normal' })
    for (let node = 0; node < space.config.steps; node++) {
      const at = `cell${cell}/node${node}`
      for (const label of sourcesOfNode(node))
        players.push({ ...choice(`${at}/edge`, label), kind: 'inner-edge', cell, node, group: 'normal' })
      for (const label of space.operations) {
        const group = label.startsWith('sparse_') ? 'sparse' : 'normal'
        players.push({ ...choice(`${at}/op`, label), kind: 'operation', cell, node, group })
      }
    }
  }
  return players
}

function choice(decision: string, label: string) {
  return { id: `${decision}/${label}`, decision, label }
}

/** The positions of the players of each decision, decisions in the order of their first player. */
export function decisionsOf(players: readonly Player[]): Map<string, number[]> {
  const decisions = new Map<string, number[]>()
  players.forEach((player, i) => {
    const members = decisions.get(player.decision)
    if (members) members.push(i)
    else decisions.set(player.decision, [i])
  })
  return decisions
}

/**
 * Where a player's own alpha stands in the flat vector of alphas: an edge has two, identity then zero; an operation
 * has one. The alphas follow the order of the players.
 */
export function alphaLayout(players: readonly Player[]): { offsets: number[]; length: number } {
  let length = 0
  const offsets = players.map((player) => {
    const offset = length
    length += player.kind === 'operation' ? 1 : 2
    return offset
  })
  return { offsets, length }
}

/**
 * The mixture weights, one per player: for an edge the identity's share softmax(α)[identity], for an operation its
 * share in the softmax over the operations of its node (SM-ShapNAS, Eqs. 3 and 6).
 */
export function mixtureFromAlphas(players: readonly Player[], alphas: ArrayLike<number>): number[] {
  const { offsets } = alphaLayout(players)
  const mixture = players.map(() => 0)
  for (const members of decisionsOf(players).values()) {
    if (players[members[0]].kind === 'operation') {
      const own = members.map((i) => alphas[offsets[i]])
      const top = Math.max(...own)
      const powers = own.map((alpha) => Math.exp(alpha - top))
      const total = powers.reduce((sum, power) => sum + power, 0)
      members.forEach((i, k) => (mixture[i] = powers[k] / total))
    } else {
      for (const i of members) mixture[i] = 1 / (1 + Math.exp(alphas[offsets[i] + 1] - alphas[offsets[i]]))
    }
  }
  return mixture
}

/**
 * dL/dα from dL/dmixture, the chain rule through the softmax of every edge and every node.
 * Edge: ±m(1 − m)·d; operation i: mᵢ(dᵢ − Σⱼ mⱼdⱼ).
 */
export function alphaGradient(
  players: readonly Player[],
  mixture: ArrayLike<number>,
  mixtureGradient: ArrayLike<number>,
): Float64Array {
  const { offsets, length } = alphaLayout(players)
  const gradient = new Float64Array(length)
  for (const members of decisionsOf(players).values()) {
    const mean = members.reduce((sum, i) => sum + mixture[i] * mixtureGradient[i], 0)
    for (const i of members) {
      const m = mixture[i]
      const d = mixtureGradient[i]
      if (players[i].kind === 'operation') gradient[offsets[i]] = m * (d - mean)
      else {
        gradient[offsets[i]] = m * (1 - m) * d
        gradient[offsets[i] + 1] = -m * (1 - m) * d
      }
    }
  }
  return gradient
}

/**
 * The mixture with the weights of absent players set to zero, the others unchanged. With `renormalise` the operations
 * that are left at a node share the node's whole weight; edges stay, for their zero takes the identity's share.
 */
export function maskMixture(
  players: readonly Player[],
  mixture: ArrayLike<number>,
  coalition: { has(player: number): boolean },
  options: { renormalise?: boolean } = {},
): Float32Array {
  const masked = Float32Array.from(players, (_, i) => (coalition.has(i) ? mixture[i] : 0))
  if (!options.renormalise) return masked
  for (const members of decisionsOf(players).values()) {
    if (players[members[0]].kind !== 'operation') continue
    const whole = members.reduce((sum, i) => sum + mixture[i], 0)
    const left = members.reduce((sum, i) => sum + (coalition.has(i) ? mixture[i] : 0), 0)
    if (left > 0) for (const i of members) masked[i] = coalition.has(i) ? (mixture[i] * whole) / left : 0
  }
  return masked
}
