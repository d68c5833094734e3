import { expect, it } from 'vitest'
import type { Genotype } from '#contract/genotype.ts'
import { tableInMemory } from '#worker/backbone/feature-table.ts'
import { stream } from '#worker/random.ts'
import type { FeatureSet } from '#worker/search/feature-set.ts'
import { GenotypeScorer } from '#worker/search/genotype-scorer.ts'
import { derive } from '#worker/space/derive.ts'
import { playersOf } from '#worker/space/players.ts'
import { supernet } from '#worker/space/supernet.ts'
import { initialise, layoutOf } from '#worker/training/layout.ts'
import { smallSpace } from '../space/fixtures.ts'

const space = smallSpace()
const random = stream(4, 'genotype scorer')
const rows = Array.from({ length: 60 }, (_, i) => i)
const layout = layoutOf(supernet(space, 2))
const weights = initialise(layout.parameters, stream(4, 'weights'))
const genotype: Genotype = derive(
  space,
  playersOf(space).map(() => random.next()),
)
const values = Object.fromEntries(
  space.features.map(({ id, channels }) => {
    const numbers = Float32Array.from({ length: rows.length * space.config.length * channels }, () =>
      random.normal(),
    )
    return [id, tableInMemory(numbers, rows.length)]
  }),
)

/** @param labelOf The class of every sample of the validation split. */
function scorerOf(labelOf: (row: number) => number, splits: Partial<FeatureSet['splits']> = {}) {
  const set: FeatureSet = {
    length: space.config.length,
    features: space.features.map((feature) => ({ ...feature, modality: 'm', tap: 'tap' })),
    values,
    variants: [],
    task: 'single-label',
    labels: rows.map((row) => [labelOf(row)]),
    classes: ['no', 'yes'],
    splits: { train: rows.slice(0, 20), validation: rows.slice(20, 50), test: rows.slice(50), ...splits },
  }
  return new GenotypeScorer({
    space,
    set,
    supernetLayout: layout,
    calibrationRows: rows.slice(0, 16),
    batchSize: 8,
    device: 'cpu',
    threads: 1,
  })
}

it('scores on all samples of the validation split, and does not look at the test split', async () => {
  const [no, yes] = [
    await scorerOf(() => 0).score(genotype, weights),
    await scorerOf(() => 1).score(genotype, weights),
  ]
  expect(no + yes).toBeCloseTo(1, 12)
  expect((no * 30) % 1).toBeCloseTo(0, 9)
  // what is true of the test samples, and whether there are any, changes nothing
  const otherTest = (row: number) => Number(row >= 50)
  expect(await scorerOf(otherTest).score(genotype, weights)).toBe(no)
  expect(await scorerOf(() => 0, { test: [] }).score(genotype, weights)).toBe(no)
  // of one sample, the score is all or nothing
  const single = scorerOf(() => 0, { validation: [20] })
  expect([0, 1]).toContain(await single.score(genotype, weights))
})

it('costs a calibration and the validation split', () => {
  expect(scorerOf(() => 0).cost).toBe(16 + 30)
})
