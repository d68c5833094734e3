import { describe, expect, it } from 'vitest'
import { foldEvents, latest } from '#contract/run/state.ts'
import {
  newestValuation,
  onOwnBatch,
  ownRequest,
  revaluationRequest,
  secondsPerEvaluation,
  whyNotRevaluable,
} from '#contract/shapley/valuation.ts'
import { fixtureConfig, runEvents } from '../../fixtures/run-events.ts'

const events = runEvents()
const state = foldEvents(events)

describe('a re-valuation as the search did it', () => {
  it('is a valid request that draws otherwise, on the same samples', () => {
    const own = ownRequest(fixtureConfig)
    expect(revaluationRequest.parse(own)).toEqual(own)
    expect(own.seed).not.toBe(fixtureConfig.seed)
    expect(own).toMatchObject({ estimator: 'grouped', permutations: 20, batchSeed: fixtureConfig.seed })
    expect(ownRequest({ ...fixtureConfig, seed: 0xffffffff }).seed).toBe(0)
  })

  it('knows whether others use the samples of the last epoch', () => {
    const own = ownRequest(fixtureConfig)
    expect(onOwnBatch(own, fixtureConfig, 643)).toBe(true)
    expect(onOwnBatch({ ...own, batchSize: null }, fixtureConfig, 643)).toBe(false)
    expect(onOwnBatch({ ...own, batchSeed: own.batchSeed + 1 }, fixtureConfig, 643)).toBe(false)
    // of a split smaller than the batch there is only one draw
    expect(onOwnBatch({ ...own, batchSize: null, batchSeed: 5 }, fixtureConfig, 100)).toBe(true)
  })

  it('needs a search that has ended', () => {
    const searched = events.findIndex(({ type }) => type === 'searched')
    expect(whyNotRevaluable(foldEvents(events.slice(0, searched)))).toMatch(/has not ended/)
    expect(whyNotRevaluable(foldEvents(events.slice(0, searched + 1)))).toBeNull()
  })
})

it('the newest φ of a search is that of an earlier epoch where the last has none', () => {
  const epochs = state.byType['search-epoch']
  expect(newestValuation(state)).toEqual({ epoch: epochs.at(-1)!.epoch, result: epochs.at(-1)!.shapley })
  const without = (last: number) =>
    foldEvents(
      events.map((event) =>
        event.type === 'search-epoch' && event.epoch > last ? { ...event, shapley: null } : event,
      ),
    )
  const before = epochs.at(-2)!
  expect(newestValuation(without(before.epoch))).toEqual({ epoch: before.epoch, result: before.shapley })
  expect(newestValuation(without(-1))).toBeNull()
})

describe('what an evaluation of the last epoch took', () => {
  it('is the time from its last step to its end, over its evaluations', () => {
    const last = latest(state, 'search-epoch')!
    const step = state.byType.step.findLast(({ phase }) => phase === 'search')!
    expect(secondsPerEvaluation(state)).toBeCloseTo(
      (last.at - step.at) / 1000 / last.shapley!.evaluations,
      12,
    )
  })

  it('is unknown where nothing was valued, and where that epoch has left no step', () => {
    const unvalued = events.map((event) =>
      event.type === 'search-epoch' ? { ...event, shapley: null } : event,
    )
    expect(secondsPerEvaluation(foldEvents(unvalued))).toBeNull()
    const before = state.byType['search-epoch'].at(-2)!.seq
    const stepless = {
      ...state,
      byType: { ...state.byType, step: state.byType.step.filter(({ seq }) => seq < before) },
    }
    expect(secondsPerEvaluation(stepless)).toBeNull()
  })
})
