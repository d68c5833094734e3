import { describe, expect, it } from 'vitest'
import { parseNewRunConfig } from '#contract/config/clashes.ts'
import { parseRunConfig, type RunConfigInput } from '#contract/config.ts'

const input = (changes: Partial<RunConfigInput>): RunConfigInput => ({
  dataset: { kind: 'emoji8' },
  ...changes,
})

describe('settings of a new run that do not go together', () => {
  it.each(['darts', 'random', 'noise'] as const)('are %s and an architecture by φ', (strategy) => {
    const config = input({ search: { strategy, deriveBy: 'phi' } })
    expect(() => parseNewRunConfig(config, 'here')).toThrow(
      `here: search.deriveBy: ${strategy} values nothing, so there is no φ to choose by: take alpha, or the strategy sm-shapnas or shapley-nas.`,
    )
  })

  it.each([
    { epochs: 1, alphaWarmup: 0 },
    { epochs: 3, alphaWarmup: 3 },
  ])('are $epochs epochs of shapley-nas with $alphaWarmup at rest and φ', ({ epochs, alphaWarmup }) => {
    const search = { strategy: 'shapley-nas', deriveBy: 'phi', epochs } as const
    expect(() => parseNewRunConfig(input({ search, valuation: { alphaWarmup } }), 'here')).toThrow(
      `search.deriveBy: shapley-nas values only between two epochs and not while α rests: ${epochs} with ${alphaWarmup}`,
    )
  })

  it('are an operation and itself', () => {
    const config = input({ space: { operations: ['sum', 'glu', 'sum'] } })
    expect(() => parseNewRunConfig(config, 'here')).toThrow('space.operations: sum is named twice.')
  })

  it.each([
    { search: { strategy: 'sm-shapnas', deriveBy: 'phi', epochs: 1 }, valuation: { alphaWarmup: 9 } },
    { search: { strategy: 'shapley-nas', deriveBy: 'phi', epochs: 3 }, valuation: { alphaWarmup: 2 } },
    { search: { strategy: 'darts', deriveBy: 'alpha' } },
  ] as const)('are not %j', (changes) => {
    expect(parseNewRunConfig(input(changes), 'here')).toMatchObject(changes)
  })

  it('do not keep a run that has them from being opened', () => {
    const config = input({ search: { strategy: 'darts', deriveBy: 'phi' } })
    expect(parseRunConfig(config, 'here').search.deriveBy).toBe('phi')
  })
})
