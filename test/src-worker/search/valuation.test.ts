import { expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { valuePlayers } from '#worker/search/valuation.ts'
import { playersOf, tableGame } from '../shapley/games.ts'

it('keeps of the marginal contributions how sure the order of each decision is', async () => {
  const config = parseRunConfig({ dataset: { kind: 'emoji8' } }, 'test')
  const players = playersOf(4, (i) => ({ decision: i < 2 ? 'cell0/edge' : 'cell0/node0/op' }))
  const additive = Array.from({ length: 16 }, (_, mask) => (mask & 1) + 3 * ((mask >> 1) & 1))
  const { game } = tableGame(additive, players)
  const result = await valuePlayers(config, game, 0, [0.5, 0.5, 0.5, 0.5])
  expect(result).not.toHaveProperty('marginals')
  expect(result.orders!.map(({ decision }) => decision)).toEqual(['cell0/edge', 'cell0/node0/op'])
  expect(result.orders![0]).toMatchObject({ first: 'p1', second: 'p0', difference: 2, settled: true })
  expect(result.orders![1]).toMatchObject({ difference: 0, settled: false })
})
