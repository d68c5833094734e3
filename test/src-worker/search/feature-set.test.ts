import { describe, expect, it } from 'vitest'
import { tableInMemory } from '#worker/backbone/feature-table.ts'
import { gatherFeatures, gatherTargets, gatherTraining, type FeatureSet } from '#worker/search/feature-set.ts'

/** Three samples of two positions with one channel; samples 2 and 0 are for training. */
const set: FeatureSet = {
  length: 2,
  features: [{ id: 'a.0', modality: 'a', tap: 'tap', channels: 1 }],
  values: { 'a.0': tableInMemory(Float32Array.of(1, 2, 3, 4, 5, 6), 3) },
  variants: [
    { 'a.0': tableInMemory(Float32Array.of(50, 60, 10, 20), 2) },
    { 'a.0': tableInMemory(Float32Array.of(55, 66, 11, 22), 2) },
  ],
  task: 'single-label',
  labels: [[1], [0], [1]],
  classes: ['no', 'yes'],
  splits: { train: [2, 0], validation: [1], test: [] },
}

describe('a feature set', () => {
  it('gathers plain values and labels in the order asked', () => {
    expect(gatherFeatures(set, ['a.0'], [1, 0])).toEqual({ 'a.0': Float32Array.of(3, 4, 1, 2) })
    expect(gatherTargets(set, [1, 0])).toEqual(Float32Array.of(1, 0, 0, 1))
  })

  it('gathers the labels of a multi-label task as many or as few as there are', () => {
    const many: FeatureSet = { ...set, task: 'multi-label', labels: [[0, 1], [], [1]] }
    expect(gatherTargets(many, [2, 1, 0])).toEqual(Float32Array.of(0, 1, 0, 0, 1, 1))
  })

  it('gives training another variant in every epoch, in turn', () => {
    const epochs = [0, 1, 2].map((epoch) => gatherTraining(set, ['a.0'], [0, 2], epoch)['a.0'])
    expect(epochs).toEqual([
      Float32Array.of(10, 20, 50, 60),
      Float32Array.of(11, 22, 55, 66),
      Float32Array.of(10, 20, 50, 60),
    ])
  })

  it('refuses to train on a sample of another split', () => {
    expect(() => gatherTraining(set, ['a.0'], [0, 1], 0)).toThrow('sample 1')
  })

  it('gives training the plain values where there is no variant', () => {
    expect(gatherTraining({ ...set, variants: [] }, ['a.0'], [2], 0)).toEqual({
      'a.0': Float32Array.of(5, 6),
    })
  })
})
