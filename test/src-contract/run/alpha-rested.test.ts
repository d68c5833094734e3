import { describe, expect, it } from 'vitest'
import { runConfig, type RunConfigInput } from '#contract/config.ts'
import { whyAlphaRested } from '#contract/run/alpha-rested.ts'
import type { EventOf } from '#contract/run/events.ts'
import { applyEvent, emptyRunState, type RunState } from '#contract/run/state.ts'
import { runEvents } from '../../fixtures/run-events.ts'

type SearchEpoch = EventOf<'search-epoch'>

/** The state of a run whose α has come so far, until an event of this type. */
function stateOf(alphaDistance: number, until: 'search-epoch' | 'done' = 'done'): RunState {
  const events = runEvents()
  const end = events.findLastIndex(({ type }) => type === until)
  return events
    .slice(0, end + 1)
    .filter(({ type }) => until === 'done' || type !== 'searched')
    .map((event) =>
      event.type === 'search-epoch' ? ({ ...event, alphaDistance } satisfies SearchEpoch) : event,
    )
    .reduce(applyEvent, emptyRunState)
}

const configOf = (changes: Pick<RunConfigInput, 'search' | 'valuation'> = {}) =>
  runConfig.parse({ dataset: { kind: 'emoji8' }, ...changes })

describe('that α never moved', () => {
  it('is told with its reason where the settings have one', () => {
    const config = configOf({ search: { epochs: 4 }, valuation: { alphaWarmup: 4 } })
    expect(whyAlphaRested(config, stateOf(0))).toContain('α rests for 4 epochs')
    expect(whyAlphaRested(configOf(), stateOf(0))).toContain('every φ was 0')
  })

  it('is not told where it moved, chose nothing, or may still move', () => {
    const config = configOf({ search: { epochs: 4 }, valuation: { alphaWarmup: 4 } })
    expect(whyAlphaRested(config, stateOf(0.1))).toBeNull()
    expect(whyAlphaRested(config, stateOf(0, 'search-epoch'))).toBeNull()
    expect(whyAlphaRested(configOf({ search: { strategy: 'random' } }), stateOf(0))).toBeNull()
    expect(whyAlphaRested(configOf({ search: { deriveBy: 'phi' } }), stateOf(0))).toBeNull()
  })
})
