import { afterEach, expect, it, vi } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import type { EventOf } from '#contract/run/events.ts'
import { tableInMemory } from '#worker/backbone/feature-table.ts'
import { stream } from '#worker/random.ts'
import type { FeatureSet } from '#worker/search/feature-set.ts'
import { GenotypeScorer } from '#worker/search/genotype-scorer.ts'
import { searchArchitecture } from '#worker/search/search.ts'
import { openCalibration } from '#worker/search/supernet-calibration.ts'
import { createSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'

const config = parseRunConfig(
  {
    dataset: { kind: 'emoji8' },
    threads: 1,
    space: { cells: 1, steps: 1, channels: 2, length: 1, operations: ['sum', 'glu'] },
    search: { strategy: 'random', epochs: 2, batchSize: 16 },
    valuation: { samplesNormal: 30, samplesSparse: 30, batchSize: 32 },
  },
  'test',
)
const features = ['a', 'b'].map((modality) => ({ id: `${modality}.0`, modality, tap: 'tap', channels: 2 }))
const space = createSpace(config.space, features)

function setOf(train: number): FeatureSet {
  const random = stream(2, 'search test')
  const rows = Array.from({ length: train + 40 }, (_, i) => i)
  return {
    length: 1,
    features,
    values: Object.fromEntries(
      features.map(({ id }) => [
        id,
        tableInMemory(
          Float32Array.from({ length: 2 * rows.length }, () => random.normal()),
          rows.length,
        ),
      ]),
    ),
    variants: [],
    task: 'single-label',
    labels: rows.map((row) => [row % 2]),
    classes: ['even', 'odd'],
    splits: {
      train: rows.slice(0, train),
      validation: rows.slice(train, train + 32),
      test: rows.slice(train + 32),
    },
  }
}

afterEach(() => void vi.restoreAllMocks())

it('keeps the best of all genotypes that an epoch proposes, and the earlier of equal ones', async () => {
  const scores: number[] = []
  const scored: string[] = []
  const draws = stream(1, 'scores')
  vi.spyOn(GenotypeScorer.prototype, 'score').mockImplementation(async (genotype) => {
    scored.push(JSON.stringify(genotype))
    // few different ones, so that the best comes more than once
    scores.push(draws.integer(5) / 10)
    return scores.at(-1)!
  })
  const events: EventOf<'search-epoch'>[] = []
  const { genotype, derivedScore } = await searchArchitecture(
    { config, space, set: setOf(48), device: 'cpu' },
    {
      emit: (event) => void (event.type === 'search-epoch' && events.push(event as EventOf<'search-epoch'>)),
      progress: () => {},
      breathe: async () => {},
      save: () => {},
    },
    null,
  )
  const [, ...last] = scores
  expect(last.length).toBeGreaterThan(10)
  const best = Math.max(...last)
  expect(last.filter((score) => score === best).length).toBeGreaterThan(1)
  expect(events.map((event) => event.derivedScore)).toEqual([scores[0], best])
  expect(JSON.stringify(events[1].genotype)).toBe(scored[1 + last.indexOf(best)])
  const first = Math.max(...scores)
  expect(derivedScore).toBe(first)
  expect(JSON.stringify(genotype)).toBe(scored[scores.indexOf(first)])
})

it('calibrates on training samples in random order, the same in every epoch', async () => {
  const set = setOf(1000)
  const open = () => openCalibration({ config, set, device: 'cpu' }, supernet(space, 2))
  const [{ calibrationRows, calibrationBatch, calibrator }, again] = [await open(), await open()]
  expect(new Set(calibrationRows).size).toBe(512)
  expect(again.calibrationRows).toEqual(calibrationRows)
  for (const row of calibrationRows) expect(row).toBeLessThan(1000)
  const first = calibrationRows.slice(0, calibrationBatch)
  const mean = first.reduce((sum, row) => sum + row, 0) / calibrationBatch
  // 64 of 0 … 999: 500 ± 36
  expect(Math.abs(mean - 499.5)).toBeLessThan(5 * 36)
  expect(calibrationRows).not.toEqual(calibrationRows.toSorted((a, b) => a - b))
  await Promise.all([calibrator.release(), again.calibrator.release()])
})
