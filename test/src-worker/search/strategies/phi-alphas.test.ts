import { expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { stream } from '#worker/random.ts'
import { PhiAlphas } from '#worker/search/strategies/phi-alphas.ts'
import { alphaLayout, playersOf } from '#worker/space/players.ts'
import { smallSpace } from '../../space/fixtures.ts'

const players = playersOf(smallSpace({ steps: 2 }))
const { offsets, length } = alphaLayout(players)
const { valuation } = parseRunConfig({ dataset: { kind: 'emoji8' }, valuation: { alphaStep: 0.25 } }, 'test')
const kinds = ['edge', 'inner-edge', 'operation'] as const

it('takes a step of the same length in every tensor of α, along the φ of its players', () => {
  const random = stream(1, 'phi')
  const phi = players.map(
    ({ kind }) => random.normal() * { edge: 1e-3, 'inner-edge': 1, operation: 50 }[kind],
  )
  const alphas = new Float64Array(length)
  new PhiAlphas(players, alphas, valuation).follow(phi, 0)
  for (const kind of kinds) {
    const own = players.flatMap((player, i) => (player.kind === kind ? [i] : []))
    const size = Math.hypot(...own.map((i) => phi[i]))
    for (const i of own) expect(alphas[offsets[i]]).toBeCloseTo((0.25 * phi[i]) / size, 12)
  }
  // the zero of an edge is no player
  const zeros = players.flatMap(({ kind }, i) => (kind === 'operation' ? [] : [alphas[offsets[i] + 1]]))
  expect(zeros.every((alpha) => alpha === 0)).toBe(true)
})
