import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axesOf, defaultAxes, varies, type Axis } from '../../../src-renderer/explore/axis.ts'
import { brushed, brushesFromText, textFromBrushes, withBrush } from '../../../src-renderer/explore/brush.ts'
import {
  countValues,
  filterPoints,
  listFromText,
  textFromList,
  type PointFilter,
} from '../../../src-renderer/explore/filter.ts'
import { explainedShare, importances } from '../../../src-renderer/explore/importance.ts'
import { dominates, kneeOf, paretoFront, type Goals } from '../../../src-renderer/explore/pareto.ts'
import { canBeLog, isLogByNature, scaleOf } from '../../../src-renderer/explore/scale.ts'
import { sortingFromText, sortPoints } from '../../../src-renderer/explore/sorting.ts'
import { textFromSorting } from '../../../src-renderer/sorting.ts'
import { point } from './made-up-point.ts'

const axis = (values: (number | null)[], more: Partial<Axis> = {}): Axis => ({
  key: 'some',
  label: 'some',
  values,
  text: String,
  ...more,
})

describe('axes', () => {
  it('are what is known of the runs and how their settings vary, words by their places', () => {
    const axes = axesOf({
      points: [point(0), point(1, { strategy: 'random' })],
      settings: [
        { path: 'search.epochs', values: [3, 5] },
        { path: 'space.derivation', values: [null, 'free'] },
      ],
    })
    expect(axes.map(({ key }) => key)).toEqual([
      'strategy',
      'space',
      'dataset',
      'setting:search.epochs',
      'setting:space.derivation',
      'score',
      'parameters',
      'seed',
      'started',
    ])
    const [strategy, , , epochs, derivation] = axes
    expect(strategy).toMatchObject({ words: ['darts', 'random'], values: [0, 1] })
    expect(strategy.text(1)).toBe('random')
    expect(epochs.values).toEqual([3, 5])
    expect(derivation).toMatchObject({ words: ['free'], values: [null, 0] })
    expect(defaultAxes(axes)).toEqual(['strategy', 'setting:search.epochs'])
    expect(defaultAxes([...axes, axis([1, 2], { key: 'setting:threads' })])).not.toContain('setting:threads')
    expect(defaultAxes(axesOf({ points: [point(0)], settings: [] }))).toEqual([
      'strategy',
      'parameters',
      'score',
    ])
    expect(axes.filter(varies).map(({ key }) => key)).not.toContain('score')
  })
})

const value = fc.double({ min: 1e-3, max: 1e6, noNaN: true })

describe('scales', () => {
  it('of whole numbers have ticks at whole numbers only', () => {
    const textsOf = (values: number[]) => scaleOf(axis(values), false).ticks.map(({ at }) => at)
    const ticks = scaleOf(axis([1, 2]), false)
    expect(ticks.ticks.map(({ at }) => ticks.from(at))).toEqual([1, 2])
    expect(textsOf([1, 1.5, 2]).length).toBeGreaterThan(2)
  })

  it('keep order, hold every value between their ends, and give values back', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), fc.boolean(), (values, log) => {
        const scale = scaleOf(axis(values), log)
        expect(scale.log).toBe(log)
        const places = values.toSorted((a, b) => a - b).map(scale.at)
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        for (const [i, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(-1e-9)
          expect(place).toBeLessThanOrEqual(1 + 1e-9)
          const back = scale.from(place) / values.toSorted((a, b) => a - b)[i]
          expect(back).toBeCloseTo(1, 3)
        }
        expect(scale.ticks.length).toBeGreaterThanOrEqual(2)
        expect(scale.ticks.every(({ at }) => at > -1e-6 && at < 1 + 1e-6)).toBe(true)
      }),
    )
  })

  it('are logarithmic only where all is positive, and by themselves over more than an order of magnitude', () => {
    expect(canBeLog(axis([0, 1]))).toBe(false)
    expect(canBeLog(axis([null, 3]))).toBe(true)
    expect(canBeLog(axis([1, 2], { words: ['a', 'b', 'c'] }))).toBe(false)
    expect(scaleOf(axis([-1, 5]), true).log).toBe(false)
    expect([axis([10, 30]), axis([10, 3000])].map(isLogByNature)).toEqual([false, true])
  })

  it('reach as far as the values that are shown, not as those of other data', () => {
    const latencies = axis([0.06, 0.5, 0.08, null, 0.1])
    const scale = scaleOf(latencies, true, [0, 2, 3, 4])
    expect(scale.at(0.06)).toBeCloseTo(0.02, 1)
    expect(scale.at(0.1)).toBeCloseTo(0.98, 1)
    expect(scaleOf(latencies, true).at(0.1)).toBeLessThan(0.4)
    expect(scaleOf(latencies, true, [3]).ticks.length).toBeGreaterThanOrEqual(2)
  })

  it('give each word the middle of its share', () => {
    const scale = scaleOf(axis([0, 1], { words: ['a', 'b'] }), false)
    expect([0, 1].map(scale.at)).toEqual([0.25, 0.75])
    expect([0.1, 0.6, 1.2].map(scale.from)).toEqual([0, 1, 1])
  })
})

describe('the filter', () => {
  const points = [point(1), point(3, { tags: ['Paper'] }), point(31, { dataset: 'products.csv' })]
  const all: PointFilter = { text: '', datasets: [], strategies: [], spaces: [] }
  const found = (filter: Partial<PointFilter>) =>
    filterPoints(points, { ...all, ...filter }).map((i) => points[i].seed)

  it('takes words in any case, a seed as a number, and any of the values chosen', () => {
    expect(found({})).toEqual([1, 3, 31])
    expect(found({ text: 'RUN paper' })).toEqual([3])
    expect(found({ text: 'seed 3' })).toEqual([3])
    expect(found({ text: 'run seed 31' })).toEqual([31])
    expect(found({ datasets: ['products.csv', 'gone'] })).toEqual([31])
  })

  it('keeps its lists through the address, and counts the values that occur', () => {
    expect(listFromText(textFromList(['a, b', 'c']))).toEqual(['a, b', 'c'])
    expect(listFromText('')).toEqual([])
    expect(countValues(points, ({ dataset }) => dataset)).toEqual([
      { value: 'emoji8', count: 2 },
      { value: 'products.csv', count: 1 },
    ])
  })
})

describe('the order of the table', () => {
  it('puts what is unknown last in either direction, and keeps equals the newest first', () => {
    const points = [2, 1, 1, null].map((cost, i) => point(i, { cost }))
    const axes = new Map(axesOf({ points, settings: [] }).map((one) => [one.key, one]))
    const order = (text: string) => sortPoints([0, 1, 2, 3], points, axes, sortingFromText(text))
    expect(order('cost')).toEqual([1, 2, 0, 3])
    expect(order('-cost')).toEqual([0, 1, 2, 3])
    expect(order('-name')).toEqual([3, 2, 1, 0])
    expect(textFromSorting(sortingFromText('-cost'))).toBe('-cost')
  })
})

describe('brushes', () => {
  const brush = fc.tuple(value, value).map(([a, b]) => {
    const [low, high] = [a, b].map((end) => Number(end.toPrecision(6))).sort((one, other) => one - other)
    return { low, high }
  })
  const brushes = fc
    .array(fc.tuple(fc.constantFrom('score', 'setting:search.epochs', 'cost'), brush))
    .map((entries) => new Map(entries))

  it('come back from the address as they went in', () => {
    fc.assert(
      fc.property(brushes, (some) => {
        expect(brushesFromText(textFromBrushes(some))).toEqual(some)
      }),
    )
    expect(brushesFromText('score~0.9~0.1;cost~~3;x;seed~1~b;~1~2;seed~1~2~3')).toEqual(new Map())
  })

  it('keep the runs that fit all of them, and none without a value', () => {
    const axes = new Map([
      ['score', axis([0.1, 0.5, 0.9, null])],
      ['cost', axis([1, 2, 3, 2])],
    ])
    const score = { low: 0.4, high: 0.9 }
    expect(brushed([0, 1, 2, 3], axes, new Map([['score', score]]))).toEqual([1, 2])
    expect(
      brushed([0, 1, 2, 3], axes, withBrush(new Map([['score', score]]), 'cost', { low: 2, high: 2 })),
    ).toEqual([1])
    expect(brushed([0, 3], axes, new Map([['gone', score]]))).toEqual([0, 3])
    expect(withBrush(new Map([['score', score]]), 'score', null).size).toBe(0)
  })
})

const goals = fc
  .array(fc.record({ u: fc.integer({ min: 0, max: 9 }), v: fc.integer({ min: 0, max: 9 }) }), {
    maxLength: 40,
  })
  .map((list): Goals[] => list.map((one, index) => ({ ...one, index })))

describe('the Pareto front', () => {
  it('is exactly what no point dominates', () => {
    fc.assert(
      fc.property(goals, (points) => {
        const front = new Set(paretoFront(points).map(({ index }) => index))
        for (const one of points) {
          expect(front.has(one.index)).toBe(!points.some((other) => dominates(other, one)))
        }
      }),
    )
  })

  it('has its knee on it, whichever goal is called first, and none where it is a straight line', () => {
    fc.assert(
      fc.property(goals, (points) => {
        const front = paretoFront(points)
        const knee = kneeOf(front)
        expect(knee === null || front.includes(knee)).toBe(true)
        const turned = kneeOf(front.map(({ index, u, v }) => ({ index, u: v, v: u })))
        expect(turned === null).toBe(knee === null)
      }),
    )
    const line = [0, 1, 2, 3].map((i) => ({ index: i, u: 3 - i, v: i }))
    expect(kneeOf(line)).toBeNull()
    const bent = [...line, { index: 9, u: 2.5, v: 2.5 }]
    expect(kneeOf(paretoFront(bent))?.index).toBe(9)
    expect(kneeOf(line.slice(0, 2))).toBeNull()
  })
})

describe('what a setting explains', () => {
  const scores = [0.5, 0.5, 0.5, 0.5, 0.8, 0.8, 0.8, 0.8]
  const all = scores.map((_, i) => i)
  const deciding = axis([0, 0, 0, 0, 1, 1, 1, 1], { key: 'deciding', words: ['a', 'b'] })
  const idle = axis([0, 1, 0, 1, 0, 1, 0, 1], { key: 'idle' })

  it('is all where it alone decides, nothing where it does not matter', () => {
    const found = importances([idle, deciding], scores, all)
    expect(found.map(({ key, share }) => [key, share])).toEqual([
      ['deciding', 1],
      ['idle', 0],
    ])
    expect(found[0]).toMatchObject({ runs: 8, groups: 2 })
  })

  it('is not said of few runs, of one value, or of values that nearly every run has alone', () => {
    expect(importances([deciding], scores, all.slice(1))).toEqual([])
    expect(importances([axis(scores.map(() => 1))], scores, all)).toEqual([])
    expect(importances([axis(all, { words: all.map(String) })], scores, all)).toEqual([])
    expect(
      importances(
        [deciding],
        scores.map(() => 0.5),
        all,
      ),
    ).toEqual([])
  })

  it('does not change with the scale of the scores, stays within 0 and 1, and is about 0 for chance', () => {
    const group = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (groups, k) => {
          const share = explainedShare(groups)
          const scaled = explainedShare(groups.map((values) => values.map((one) => 3 + k * one)))
          expect(scaled === null).toBe(share === null)
          expect(scaled ?? 0).toBeCloseTo(share ?? 0)
          expect(share ?? 0).toBeGreaterThanOrEqual(0)
          expect(share ?? 0).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('puts figures of many values into a few groups', () => {
    const many = Array.from({ length: 60 }, (_, i) => i)
    const [found] = importances([axis(many)], many, many)
    expect(found.groups).toBe(6)
    expect(found.share).toBeGreaterThan(0.9)
  })
})
