import { describe, expect, it } from 'vitest'
import {
  alphaGradient,
  alphaLayout,
  decisionsOf,
  maskMixture,
  mixtureFromAlphas,
  playersOf,
} from '#worker/space/players.ts'
import { stream } from '#worker/random.ts'
import { smallSpace } from './fixtures.ts'

describe('the players of a space', () => {
  it.each([
    { dataset: 'MM-IMDB', features: 6, steps: 1, count: 33 },
    { dataset: 'NTU RGB+D', features: 8, steps: 2, count: 59 },
    { dataset: 'EgoGesture', features: 8, steps: 3, count: 83 },
  ])('are $count for the settings of $dataset', ({ features, steps, count }) => {
    expect(playersOf(smallSpace({ cells: 2, steps }, features))).toHaveLength(count)
  })

  it('name their place, their decision and their group', () => {
    const players = playersOf(smallSpace({ steps: 2 }))
    expect(new Set(players.map((player) => player.id)).size).toBe(players.length)
    expect(players.find((player) => player.id === 'cell1/edge/cell0')).toEqual({
      id: 'cell1/edge/cell0',
      kind: 'edge',
      decision: 'cell1/edge',
      label: 'cell0',
      cell: 1,
      group: 'normal',
    })
    expect(players.find((player) => player.id === 'cell0/node1/edge/node0')).toMatchObject({
      kind: 'inner-edge',
      decision: 'cell0/node1/edge',
    })
    expect(players.filter((player) => player.group === 'sparse').map((player) => player.label)).toEqual(
      [0, 1, 2, 3].flatMap(() => ['sparse_attention', 'sparse_glu', 'sparse_concat', 'sparse_se_layer']),
    )
  })

  it('of one decision are neighbours', () => {
    for (const members of decisionsOf(playersOf(smallSpace({ steps: 2 }))).values())
      expect(members).toEqual(members.map((_, k) => members[0] + k))
  })
})

describe('the mixture', () => {
  const players = playersOf(smallSpace({ steps: 2 }))
  const { offsets, length } = alphaLayout(players)
  const random = stream(3, 'alphas')
  const alphas = Array.from({ length }, () => random.normal())
  const mixture = mixtureFromAlphas(players, alphas)

  it('gives operations of a node one whole, and an edge the share of its identity', () => {
    const edge = players.findIndex((player) => player.id === 'cell1/edge/m.2')
    const [identity, zero] = alphas.slice(offsets[edge])
    expect(mixture[edge]).toBeCloseTo(Math.exp(identity) / (Math.exp(identity) + Math.exp(zero)), 12)
    const node = decisionsOf(players).get('cell1/node0/op')!
    expect(node.reduce((sum, i) => sum + mixture[i], 0)).toBeCloseTo(1, 12)
    expect(mixture[node[1]] / mixture[node[0]]).toBeCloseTo(
      Math.exp(alphas[offsets[node[1]]] - alphas[offsets[node[0]]]),
      9,
    )
  })

  it('survives large alphas', () => {
    const large = mixtureFromAlphas(
      players,
      alphas.map(() => 2000),
    )
    expect(large.every((weight) => weight > 0 && weight <= 1)).toBe(true)
  })

  it('loses the weights of the absent, and keeps the others', () => {
    const masked = maskMixture(players, mixture, new Set([0, 5]))
    expect([...masked]).toEqual(mixture.map((weight, i) => (i === 0 || i === 5 ? Math.fround(weight) : 0)))
  })

  it('renormalises what is left of the operations of a node, and no edge', () => {
    const node = decisionsOf(players).get('cell0/node0/op')!
    const present = new Set([0, node[2], node[5]])
    const masked = maskMixture(players, mixture, present, { renormalise: true })
    expect(masked[node[2]] + masked[node[5]]).toBeCloseTo(1, 6)
    expect(masked[node[2]] / masked[node[5]]).toBeCloseTo(mixture[node[2]] / mixture[node[5]], 5)
    expect(masked[0]).toBeCloseTo(mixture[0], 6)
    expect([...masked].filter((weight) => weight > 0)).toHaveLength(3)
  })

  it('passes gradients to the alphas as finite differences say', () => {
    const direction = players.map(() => random.normal())
    const value = (at: number[]) =>
      mixtureFromAlphas(players, at).reduce((sum, weight, i) => sum + weight * direction[i], 0)
    const gradient = alphaGradient(players, mixture, direction)
    alphas.forEach((_, k) => {
      const moved = (by: number) => value(alphas.map((alpha, j) => (j === k ? alpha + by : alpha)))
      expect(gradient[k]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 8)
    })
  })
})
