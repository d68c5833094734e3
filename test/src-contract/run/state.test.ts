import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventBody, RunEvent } from '#contract/run/events.ts'
import { parseEvent } from '#contract/run/events.ts'
import { applyEvent, emptyRunState, foldEvents, latest, remaining, scoreTable } from '#contract/run/state.ts'

const numbered = (bodies: EventBody[], at = 0): RunEvent[] =>
  bodies.map((body, seq) => ({ ...body, seq, at: at + 1000 * seq }))

const step = (index: number): EventBody => ({ type: 'step', phase: 'search', step: index, loss: index / 10 })

const model = (name: string, repetition: number, testScore: number): EventBody => ({
  type: 'model',
  model: name,
  repetition,
  parameters: 10,
  multiplyAdds: 20,
  validationScore: 0.5,
  testScore,
  testMacroF1: 0.4,
})

describe('the fold of a run', () => {
  it('voids the events after the checkpoint that the run was resumed from', () => {
    const state = foldEvents(numbered([step(0), step(1), step(2), { type: 'resumed', afterSeq: 0 }, step(1)]))
    expect(state.byType.step.map(({ step: index }) => index)).toEqual([0, 1])
    expect(state.lastSeq).toBe(4)
  })

  it('equals the fold of an undisturbed run, wherever the run broke and was resumed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), fc.nat(), (length, a, b) => {
        const bodies = Array.from({ length }, (_, i) => step(i))
        const brokeAfter = a % length
        const checkpoint = b % (brokeAfter + 1)
        const resumed: EventBody[] = [
          ...bodies.slice(0, brokeAfter + 1),
          { type: 'resumed', afterSeq: checkpoint },
          ...bodies.slice(checkpoint + 1),
        ]
        const losses = (events: EventBody[]) =>
          foldEvents(numbered(events)).byType.step.map(({ loss }) => loss)
        expect(losses(resumed)).toEqual(losses(bodies))
      }),
    )
  })

  it('is the same for many events at once as for one after the other, whatever was resumed or comes twice', () => {
    const bodies = fc.oneof(
      fc.nat(20).map(step),
      fc.nat(3).map((repetition) => model('derived', repetition, 0.5)),
      fc.double({ min: 0, max: 1, noNaN: true }).map((done): EventBody => ({
        type: 'progress',
        phase: 'search',
        done,
        doing: '',
      })),
      fc.integer({ min: -1, max: 40 }).map((afterSeq): EventBody => ({ type: 'resumed', afterSeq })),
    )
    fc.assert(
      fc.property(fc.array(bodies, { maxLength: 40 }), fc.nat(), fc.nat(), (list, a, b) => {
        const events = numbered(list)
        const cut = a % (events.length + 1)
        const begun = foldEvents(events.slice(0, cut))
        const before = structuredClone(begun)
        const again = events.slice(Math.max(0, cut - (b % 5)))
        const whole = foldEvents(again, begun)
        expect(whole).toEqual(events.reduce(applyEvent, emptyRunState))
        expect(begun).toEqual(before)
      }),
    )
  })

  it('ignores an event that it has seen', () => {
    const [first] = numbered([step(0)])
    const once = applyEvent(emptyRunState, first)
    expect(applyEvent(once, first)).toBe(once)
  })

  it('keeps of progress only the newest', () => {
    const progress = (done: number): EventBody => ({ type: 'progress', phase: 'search', done, doing: '' })
    const state = foldEvents(numbered([progress(0.1), progress(0.2)]))
    expect(state.byType.progress).toHaveLength(1)
    expect(latest(state, 'progress')?.done).toBe(0.2)
  })

  it('gives mean and sample deviation of every model', () => {
    const [image, derived] = scoreTable(
      foldEvents(numbered([model('image', 0, 0.5), model('derived', 0, 0.6), model('derived', 1, 0.8)])),
    )
    expect(image).toMatchObject({ model: 'image', mean: 0.5, deviation: 0 })
    expect(derived.mean).toBeCloseTo(0.7, 12)
    expect(derived.deviation).toBeCloseTo(Math.sqrt(0.02), 12)
  })

  it('extrapolates the remaining time from the work done so far', () => {
    const state = foldEvents(
      numbered([
        { type: 'started', seed: 1, device: 'cpu', refused: [], versions: {} },
        {
          type: 'plan',
          phases: [
            { phase: 'dataset', estimate: 1 },
            { phase: 'search', estimate: 3 },
          ],
        },
        { type: 'progress', phase: 'dataset', done: 1, doing: 'emoji8' },
        { type: 'progress', phase: 'search', done: 1 / 3, doing: 'epoch 1' },
      ]),
    )
    // half of the work took 3 s, so the other half takes 3 s more
    expect(remaining(state)).toMatchObject({ phase: 'search', done: 0.5, remainingMs: 3000 })
  })

  it('refuses what is no event', () => {
    expect(() => parseEvent({ seq: 0, at: 0, type: 'step', phase: 'nowhere', step: 0, loss: 0 })).toThrow(
      /phase/,
    )
    expect(() => parseEvent({ seq: 0, at: 0, type: 'unheard' })).toThrow(/type/)
  })
})
