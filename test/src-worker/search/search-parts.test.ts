import { afterEach, expect, it, vi } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { tableInMemory } from '#worker/backbone/feature-table.ts'
import { CoalitionEvaluator } from '#worker/search/coalition-evaluator.ts'
import { loadParts } from '#worker/search/search-parts.ts'
import { Predictor } from '#worker/training/predictor.ts'
import { Trainer } from '#worker/training/trainer.ts'
import { smallSpace } from '../space/fixtures.ts'

const space = smallSpace()
const { length } = space.config
const rows = [0, 1, 2, 3]
const task = {
  config: parseRunConfig({ dataset: { kind: 'emoji8' }, threads: 1 }, 'test'),
  space,
  set: {
    length,
    features: space.features.map((feature) => ({ ...feature, modality: 'a', tap: 'tap' })),
    values: Object.fromEntries(
      space.features.map(({ id, channels }) => [
        id,
        tableInMemory(new Float32Array(4 * length * channels), 4),
      ]),
    ),
    variants: [],
    task: 'single-label',
    labels: rows.map((row) => [row % 2]),
    classes: ['no', 'yes'],
    splits: { train: rows, validation: rows, test: rows },
  },
  device: 'cpu',
} as const

afterEach(() => void vi.restoreAllMocks())

it('lets go of the models that were loaded when another cannot be', async () => {
  const trainers = vi.spyOn(Trainer.prototype, 'release')
  const calibrators = vi.spyOn(Predictor.prototype, 'release')
  vi.spyOn(CoalitionEvaluator, 'create').mockRejectedValue(new Error('no memory'))
  await expect(loadParts(task)).rejects.toThrow('no memory')
  expect(trainers).toHaveBeenCalledOnce()
  expect(calibrators).toHaveBeenCalledOnce()
})

it('lets go of all models at the end', async () => {
  const trainers = vi.spyOn(Trainer.prototype, 'release')
  const calibrators = vi.spyOn(Predictor.prototype, 'release')
  const evaluators = vi.spyOn(CoalitionEvaluator.prototype, 'release')
  const parts = await loadParts(task)
  for (const release of [trainers, calibrators, evaluators]) expect(release).not.toHaveBeenCalled()
  await parts.release()
  for (const release of [trainers, calibrators, evaluators]) expect(release).toHaveBeenCalledOnce()
})
