import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRunConfig, runConfig } from '#contract/config.ts'
import { putSetting, settingAt } from '#contract/config/setting-path.ts'
import {
  configOfPoint,
  expandStudy,
  mostStudyRuns,
  pointsOf,
  studyPlan,
  type StudyAxis,
} from '#contract/config/study.ts'

const base = parseRunConfig({ dataset: { kind: 'emoji8' }, name: 'base' }, 'test')

const axisOf = (path: string, values: readonly (number | string)[]): StudyAxis => ({
  title: path,
  values: values.map((value) => ({ label: String(value), changes: { [path]: value } })),
})

/** Axes over different settings, each value once. */
const someAxes = fc
  .record({
    'space.cells': fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    'search.epochs': fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 3 }),
    'search.strategy': fc.uniqueArray(fc.constantFrom('sm-shapnas', 'darts', 'random'), { maxLength: 3 }),
    'backbones.text.units': fc.constant([]),
  })
  .map((chosen) =>
    Object.entries(chosen)
      .filter(([, values]) => values.length > 0)
      .map(([path, values]) => axisOf(path, values)),
  )
const someSeeds = fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 4 })

describe('a study', () => {
  it('has a valid run for every combination of its values and seeds, each once', () => {
    fc.assert(
      fc.property(someAxes, someSeeds, (axes, seeds) => {
        const runs = expandStudy({ name: '', base, axes, seeds })
        expect(runs).toHaveLength(axes.reduce((n, { values }) => n * values.length, seeds.length))
        const points = pointsOf(axes)
        for (const { point, seed, config } of runs) {
          expect(runConfig.parse(config)).toEqual(config)
          expect(config.seed).toBe(seed)
          points[point].position.forEach((value, axis) => {
            const [[path, wanted]] = Object.entries(axes[axis].values[value].changes)
            expect(settingAt(config, path)).toBe(wanted)
          })
        }
        expect(new Set(runs.map(({ config }) => JSON.stringify(config))).size).toBe(runs.length)
      }),
      { numRuns: 60 },
    )
  })

  it('keeps the order of its points: the last axis varies fastest, seeds first, and more seeds move nothing', () => {
    fc.assert(
      fc.property(someAxes, someSeeds, (axes, seeds) => {
        const points = pointsOf(axes)
        const flat = points.map(({ position }) =>
          position.reduce((index, value, axis) => index * axes[axis].values.length + value, 0),
        )
        expect(flat).toEqual(points.map(({ index }) => index))
        const runs = expandStudy({ name: '', base, axes, seeds })
        const key = ({ point, seed }: { point: number; seed: number }) => `${point} ${seed}`
        expect(runs.map(key)).toEqual(
          points.flatMap(({ index }) => seeds.map((seed) => key({ point: index, seed }))),
        )
      }),
    )
  })

  it('changes nothing but what its axes and the seed say', () => {
    const axes = [axisOf('space.cells', [1, 3])]
    const [, point] = pointsOf(axes)
    expect(configOfPoint({ name: 'depth', base, axes }, point, 9)).toEqual({
      ...base,
      name: '3, seed 9 · depth',
      seed: 9,
      space: { ...base.space, cells: 3 },
    })
    expect(base.space.cells).toBe(2)
  })

  it('names the point that is no valid configuration, and refuses what nobody means', () => {
    const axes = [axisOf('space.cells', [2, 9])]
    expect(() => expandStudy({ name: '', base, axes, seeds: [1] })).toThrow('point 9: space.cells')
    const many = Array.from({ length: 50 }, (_, i) => i + 1)
    const wide = [axisOf('search.epochs', many), axisOf('training.epochs', many)]
    expect(() => expandStudy({ name: '', base, axes: wide, seeds: [1] })).toThrow(`${mostStudyRuns}`)
    expect(studyPlan.safeParse({ name: '', base, axes: [], seeds: [1, 1] }).success).toBe(false)
    const evil = [axisOf('__proto__.polluted', [1])]
    expect(studyPlan.safeParse({ name: '', base, axes: evil, seeds: [1] }).success).toBe(false)
  })
})

describe('a setting at a path', () => {
  it('is put where there was none, taken out by null, and never found in a prototype', () => {
    const config: Record<string, unknown> = {}
    putSetting(config, 'constructor.name', 'x')
    expect(Object.hasOwn(config, 'constructor')).toBe(true)
    expect(Object.name).toBe('Object')
    putSetting(config, 'a.b', 1)
    expect(settingAt(config, 'a.b')).toBe(1)
    putSetting(config, 'a.b', null)
    expect(config['a']).toEqual({})
    expect(settingAt({}, 'toString.length')).toBeUndefined()
  })
})
