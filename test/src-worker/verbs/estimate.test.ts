import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Seconds } from '#contract/estimate.ts'
import { parseRunConfig, type RunConfigInput } from '#contract/config.ts'
import { timed } from '#worker/estimate/timing.ts'
import { addUp, type Amounts, type Measurements } from '#worker/estimate/add-up.ts'
import { estimate } from '#worker/verbs/estimate.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const exactly = (seconds: number): Seconds => ({ seconds, low: 0.5 * seconds, high: 2 * seconds })

const measured: Measurements = {
  dataset: exactly(1),
  backbones: { image: { load: exactly(0), step: exactly(0.01), batch: exactly(0.1) } },
  search: {
    load: exactly(2),
    step: exactly(0.001),
    calibration: exactly(0),
    evaluation: exactly(0.02),
    score: exactly(0.5),
    gradient: exactly(0.003),
  },
  models: {
    derived: { load: exactly(1), step: exactly(0.004), calibration: exactly(0), prediction: exactly(0) },
    concatenation: {
      load: exactly(1),
      step: exactly(0.001),
      calibration: exactly(0),
      prediction: exactly(0),
    },
  },
  store: 0,
}

const amounts: Amounts = {
  splits: { train: 1000, validation: 256, test: 128 },
  backbones: { image: { batchSize: 100, epochs: 5 } },
  evaluations: { first: 100, later: 40 },
  scores: 10,
  featureBytes: 0,
}

const configOf = (changes: Partial<RunConfigInput> = {}) =>
  parseRunConfig(
    {
      dataset: { kind: 'emoji8' },
      featureVariants: 0,
      search: { epochs: 10, batchSize: 50 },
      valuation: { budgetWarmup: 4 },
      training: { epochs: 20, batchSize: 100, repetitions: 3 },
      ...changes,
    },
    'test',
  )

const secondsOf = (changes: Partial<RunConfigInput> = {}) => {
  const { phases } = addUp(configOf(changes), measured, amounts)
  return Object.fromEntries(phases.map(({ phase, seconds }) => [phase, Number(seconds.toFixed(6))]))
}

describe('the arithmetic of an estimate', () => {
  it('multiplies what was measured by how often a run does it', () => {
    expect(secondsOf()).toEqual({
      dataset: 1,
      // 5 epochs of 10 steps; 6 readings of 4 calibration and 2 validation batches; 1 batch of the test split
      backbones: 50 * 0.01 + (6 * (4 + 2) + 1) * 0.1,
      // 1384 samples in batches of 128
      features: 1.1,
      // 200 steps, 4 epochs of 100 and 6 of 40 evaluations, 10 scores
      search: 2 + 200 * 0.001 + (400 + 240) * 0.02 + 5,
      // 200 steps of each model, three times
      training: 3 * (2 + 200 * 0.005),
      export: 2 + 0.1,
    })
  })

  it('reads the test split after every epoch where that chooses the epoch', () => {
    const reading = { ...measured.models['derived'], prediction: exactly(0.1) }
    const trainingOf = (peerProtocol: boolean) => {
      const training = { epochs: 20, batchSize: 100, repetitions: 1, peerProtocol }
      const { phases } = addUp(configOf({ training }), { ...measured, models: { derived: reading } }, amounts)
      return phases.find(({ phase }) => phase === 'training')!.seconds
    }
    // 2 batches of the test split, 20 times instead of once
    expect(trainingOf(true) - trainingOf(false)).toBeCloseTo(19 * 2 * 0.1)
  })

  it('has gradients in place of coalitions for darts', () => {
    expect(secondsOf({ search: { epochs: 10, batchSize: 50, strategy: 'darts' } })['search']).toBeCloseTo(
      2 + 200 * 0.001 + 10 * 0.02 + 5 + 200 * 0.003,
    )
  })

  it('grows with everything that there is more of, and keeps its range around it', () => {
    fc.assert(
      fc.property(
        fc.record({ epochs: fc.integer({ min: 1, max: 50 }), more: fc.integer({ min: 1, max: 50 }) }),
        ({ epochs, more }) => {
          const one = addUp(configOf({ search: { epochs } }), measured, amounts).total
          const two = addUp(configOf({ search: { epochs: epochs + more } }), measured, amounts).total
          expect(two.seconds).toBeGreaterThan(one.seconds)
          expect(one.low).toBeLessThan(one.seconds)
          expect(one.high).toBeGreaterThan(one.seconds)
        },
      ),
    )
  })

  it('adds its phases up to its total', () => {
    const { phases, total } = addUp(configOf(), measured, amounts)
    for (const part of ['seconds', 'low', 'high'] as const)
      expect(phases.reduce((sum, phase) => sum + phase[part], 0)).toBeCloseTo(total[part])
  })
})

describe('a timing', () => {
  it('stops as soon as it is told to, and passes on what its work throws', async () => {
    const breathe = () => Promise.reject(new Error('stop'))
    let called = 0
    await expect(timed(() => Promise.resolve((called += 1)), { breathe })).rejects.toThrow('stop')
    expect(called).toBe(0)
    const quiet = () => Promise.resolve()
    await expect(timed(() => Promise.reject(new Error('bad')), { breathe: quiet })).rejects.toThrow('bad')
  })

  it('is of one unit, and lies within its range', async () => {
    const breathe = () => Promise.resolve()
    const { seconds, low, high } = await timed(() => new Promise((resolve) => setTimeout(resolve, 5)), {
      units: 5,
      budget: 0.05,
      breathe,
    })
    expect(seconds).toBeGreaterThan(0.0005)
    expect(low).toBeLessThanOrEqual(0.9 * seconds)
    expect(high).toBeGreaterThanOrEqual(1.1 * seconds)
  })
})

describe('an estimate on this machine', () => {
  const dataDir = folderForAll()

  it('measures a small search once for all configurations of its shape', async () => {
    const table = writeVectorTable(dataDir)
    const base = smallConfig(table)
    const longer = smallConfig(table, { training: { epochs: 60, batchSize: 16, repetitions: 2 } })
    const said: string[] = []
    const context = {
      signal: new AbortController().signal,
      dataDir,
      report: ({ doing }: { doing: string }) => void said.push(doing),
    }
    const [one, other] = await estimate(context, [base, longer], [])
    expect(one.device).toBe('cpu')
    expect(one.phases.map(({ phase }) => phase)).toEqual([
      'dataset',
      'backbones',
      'features',
      'search',
      'training',
      'export',
    ])
    expect(one.total.seconds).toBeGreaterThan(0.5)
    expect(one.total.seconds).toBeLessThan(120)
    expect(one.memory.needed).toBeGreaterThan(50e6)
    expect(one.disk.free).toBeGreaterThan(0)
    const phase = (of: typeof one, name: string) => of.phases.find((each) => each.phase === name)!.seconds
    expect(phase(other, 'search')).toBe(phase(one, 'search'))
    expect(phase(other, 'training')).toBeGreaterThan(phase(one, 'training'))
    expect(said.filter((doing) => doing.includes('supernet'))).toEqual([
      'settings 1 of 2: timing the supernet and its coalitions',
    ])
  })

  it('ends when it is told to', async () => {
    const stop = new AbortController()
    const context = { signal: stop.signal, dataDir, report: () => stop.abort(new Error('left')) }
    await expect(estimate(context, [smallConfig(writeVectorTable(dataDir))], [])).rejects.toThrow('left')
  })
})
