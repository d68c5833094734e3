import { describe, expect, it } from 'vitest'
import { parseEvent } from '#contract/run/events.ts'
import { runEvents } from '../fixtures/run-events.ts'

describe('the made-up run', () => {
  it('obeys the schema of events and numbers them without gaps', () => {
    const events = runEvents()
    expect(events.map((event) => parseEvent(event).seq)).toEqual(events.map((_, i) => i))
    expect(runEvents()).toEqual(events)
  })
})
