import { describe, expect, it } from 'vitest'
import type { RunEvent } from '#contract/run/events.ts'
import { digestOf } from '#contract/run/digest.ts'
import { emptyRunState, foldEvents, latest, scoreTable } from '#contract/run/state.ts'
import { runEvents } from '../../fixtures/run-events.ts'

describe('the digest of a run', () => {
  const events = runEvents({ epochs: 6 })
  const state = foldEvents(events)

  it('keeps scores, epochs and what the search chose, with φ of the epoch that it kept', () => {
    const digest = digestOf(state)
    const kept = latest(state, 'searched')!
    const { contributions } = state.byType['search-epoch'][kept.epoch].shapley!
    expect(digest.models).toEqual(scoreTable(state))
    expect(digest.epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5])
    expect(digest.genotype).toEqual(kept.genotype)
    expect(digest.contributions).toEqual(Object.fromEntries(contributions.map(({ id, phi }) => [id, phi])))
    expect(digest.modalities).toEqual(['image', 'text'])
    expect(JSON.stringify(digest).length).toBeLessThan(JSON.stringify(events).length / 10)
  })

  it('is of what would be derived now while the search goes on, and of nothing before', () => {
    const third = events.findIndex((event) => event.type === 'search-epoch' && event.epoch === 2)
    const running = digestOf(foldEvents(events.slice(0, third + 1)))
    const newest = events[third] as RunEvent & { type: 'search-epoch' }
    expect(running.genotype).toEqual(newest.genotype)
    expect(running.epochs).toHaveLength(3)
    expect(digestOf(emptyRunState)).toEqual({
      dataset: null,
      modalities: [],
      models: [],
      epochs: [],
      genotype: null,
      contributions: null,
    })
  })

  it('forgets epochs that a resumption voids', () => {
    const second = events.findIndex((event) => event.type === 'search-epoch' && event.epoch === 1)
    const resumed: RunEvent = { type: 'resumed', afterSeq: second, seq: events.length, at: 0 }
    expect(digestOf(foldEvents([...events, resumed])).epochs.map(({ epoch }) => epoch)).toEqual([0, 1])
  })
})
