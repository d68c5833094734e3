import { describe, expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { foldEvents } from '#contract/run/state.ts'
import { fixtureConfig, runEvents } from '../../fixtures/run-events.ts'
import { filterLog } from '../../../src-renderer/run/log-filter.ts'
import { logLines } from '../../../src-renderer/run/log.ts'
import { runNotes } from '../../../src-renderer/run/notes.ts'

const events = runEvents()
const about = (...args: Parameters<typeof runNotes>) => runNotes(...args).map((note) => note.about)

describe('what to know of a run', () => {
  it('is nothing of an ordinary one', () => {
    expect(runNotes(foldEvents(events), fixtureConfig)).toEqual([])
  })

  it('is that memory was short, also in the log of the search', () => {
    const at = events.findIndex(({ type }) => type === 'search-epoch')
    const { seq, at: time } = events[at]
    const state = foldEvents([
      ...events.slice(0, at),
      { type: 'short-of-memory', samples: 1024, seq, at: time },
    ])
    const [note] = runNotes(state, fixtureConfig)
    expect(note).toMatchObject({ about: 'memory', text: expect.stringMatching(/1.024 samples at a time/) })
    expect(filterLog(logLines(state), 'search', 'memory')).toHaveLength(1)
  })

  it('is that α does not move, unless something else decides, or the search shows that it did', () => {
    const resting = (search: object) =>
      parseRunConfig(
        {
          ...fixtureConfig,
          search: { ...fixtureConfig.search, epochs: 6, ...search },
          valuation: { ...fixtureConfig.valuation, alphaWarmup: 6 },
        },
        'test',
      )
    const state = foldEvents(events.filter(({ type }) => type !== 'searched'))
    expect(about(state, resting({}))).toEqual(['alpha'])
    expect(about(state, resting({ epochs: 7 }))).toEqual([])
    expect(about(state, resting({ deriveBy: 'phi' }))).toEqual([])
    expect(about(state, resting({ alphaUpdate: 'both' }))).toEqual([])
    expect(about(foldEvents(events), resting({}))).toEqual([])
  })

  it('is that the test split chose the epoch', () => {
    const chosen = events.map((event): RunEvent =>
      event.type === 'model' ? { ...event, chosenOnTest: 2 } : event,
    )
    expect(about(foldEvents(chosen), fixtureConfig)).toEqual(['test'])
  })
})
