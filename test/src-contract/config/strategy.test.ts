import { describe, expect, it } from 'vitest'
import { runConfig, type RunConfigInput } from '#contract/config.ts'
import { whyAlphaNeverMoves } from '#contract/config/strategy.ts'

function whyOf({ search, valuation }: Pick<RunConfigInput, 'search' | 'valuation'>): string | null {
  const config = runConfig.parse({ dataset: { kind: 'emoji8' }, search, valuation })
  return whyAlphaNeverMoves(config.search, config.valuation)
}

describe('α that never moves', () => {
  it.each([
    [
      { search: { epochs: 3 }, valuation: { alphaWarmup: 3 } },
      'α rests for 3 epochs (valuation.alphaWarmup)',
    ],
    [{ search: { strategy: 'noise', epochs: 3 }, valuation: { alphaWarmup: 5 } }, 'α rests for 5 epochs'],
    [{ search: { strategy: 'shapley-nas', epochs: 1 } }, 'never before the first, and the search has 1'],
    [{ valuation: { momentum: 1 } }, 'valuation.momentum 1'],
  ] as const)('is told of %j', (settings, text) => {
    expect(whyOf(settings)).toContain(text)
  })

  it.each([
    { search: { epochs: 3 }, valuation: { alphaWarmup: 2 } },
    { search: { strategy: 'sm-shapnas', epochs: 1 } },
    { search: { strategy: 'shapley-nas', epochs: 3 }, valuation: { alphaWarmup: 2 } },
    { search: { epochs: 3, deriveBy: 'phi' }, valuation: { alphaWarmup: 3 } },
    { search: { epochs: 3, alphaUpdate: 'both' }, valuation: { alphaWarmup: 3 } },
    { search: { strategy: 'darts', epochs: 3 }, valuation: { alphaWarmup: 3, momentum: 1 } },
    { search: { strategy: 'random', epochs: 3 }, valuation: { alphaWarmup: 3 } },
  ] as const)('is none with %j', (settings) => {
    expect(whyOf(settings)).toBeNull()
  })
})
