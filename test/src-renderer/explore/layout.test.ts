import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inDefaultOrder, placeNearest, withMoved } from '../../../src-renderer/explore/axis-order.ts'
import { defaultAxes, type Axis } from '../../../src-renderer/explore/axis.ts'
import { frontOf, kneeOn } from '../../../src-renderer/explore/goals.ts'
import { sampleOf } from '../../../src-renderer/explore/paint.ts'
import {
  axisPlaces,
  brushPlaces,
  heightOf,
  pixelsOf,
  placeAt,
} from '../../../src-renderer/explore/parallel/parallel-layout.ts'
import { nearest, placesAt, pointPixels } from '../../../src-renderer/explore/scatter/scatter-layout.ts'
import { scaleOf } from '../../../src-renderer/explore/scale.ts'

const scaled = (values: (number | null)[], more: Partial<Axis> = {}) => {
  const axis: Axis = { key: 'some', label: 'some', values, text: String, ...more }
  return { ...axis, scale: scaleOf(axis, false), canBeLog: false }
}
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('the parallel axes', () => {
  it('stand in order at equal distances, one alone in the middle', () => {
    const places = axisPlaces(4, 900)
    const gaps = places.slice(1).map((place, i) => place - places[i])
    expect(new Set(gaps.map((gap) => gap.toFixed(6))).size).toBe(1)
    expect(axisPlaces(1, 900)[0]).toBeCloseTo((places[0] + places[3]) / 2)
  })

  it('turn places into pixels and back, and keep pixels beyond their ends on them', () => {
    fc.assert(
      fc.property(share, fc.integer({ min: 150, max: 900 }), (place, height) => {
        expect(placeAt(heightOf(place, height), height)).toBeCloseTo(place)
      }),
    )
    expect([placeAt(-50, 300), placeAt(900, 300)]).toEqual([1, 0])
  })

  it('put what is unknown below, and equal values apart but nearer to their own place than to the next', () => {
    const words = scaled([0, 0, 0, 1, null], { words: ['a', 'b'] })
    const pixels = [...pixelsOf(words, 300)]
    expect(pixels[4]).toBeGreaterThan(heightOf(0, 300))
    expect(new Set(pixels.slice(0, 3)).size).toBe(3)
    const middle = heightOf(0.5, 300)
    expect(pixels.slice(0, 3).every((y) => y > middle)).toBe(true)
    expect(pixels[3]).toBeLessThan(middle)
    expect(brushPlaces(words, 1, 1)).toEqual([0.5, 1])
  })
})

describe('the trade-off', () => {
  const [x, y] = [scaled([1, 2, 3, null], { better: 'low' }), scaled([0.2, 0.9, 1, 2], { better: 'high' })]
  const size = { width: 500, height: 300 }

  it('finds the nearest of the runs shown, none too far away, none unknown', () => {
    const pixels = pointPixels(x, y, size)
    const at = (index: number) => nearest([0, 1, 2, 3], pixels, pixels.xs[index] + 3, pixels.ys[index], 14)
    expect([0, 1, 2].map(at)).toEqual([0, 1, 2])
    expect(nearest([0, 2], pixels, pixels.xs[1], pixels.ys[1], 14)).toBeNull()
    const { x: place } = placesAt(pixels.xs[1], pixels.ys[1], size)
    expect(x.scale.from(place)).toBeCloseTo(2, 2)
  })

  it('takes the front towards what is better in each, and its knee', () => {
    expect(frontOf([0, 1, 2, 3], x, y)).toEqual([0, 1, 2])
    expect(frontOf([0, 1, 2, 3], { ...x, better: 'high' }, y)).toEqual([2])
    expect(kneeOn([0, 1, 2], x, y)).toBe(1)
  })
})

describe('a sample of the lines', () => {
  it('is all of few, evenly many of more, each once and in order', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.integer({ min: 1, max: 100 }), (length, most) => {
        const indices = Array.from({ length }, (_, i) => 3 * i)
        const sample = sampleOf(indices, most)
        expect(sample).toHaveLength(Math.min(length, most))
        expect(new Set(sample).size).toBe(sample.length)
        expect([...sample].sort((a, b) => a - b)).toEqual(sample)
      }),
    )
  })
})

describe('the order of the parallel axes', () => {
  const axes = ['strategy', 'dataset', 'setting:b', 'setting:a', 'score', 'parameters', 'cost', 'seed'].map(
    (key) => scaled([1, 2], { key }),
  )

  it('is by default what was set, setting by setting, then what it cost and scored', () => {
    const chosen = ['score', 'setting:a', 'cost', 'setting:b', 'dataset', 'gone']
    expect(inDefaultOrder(chosen, axes)).toEqual(['dataset', 'setting:b', 'setting:a', 'cost', 'score'])
    const first = defaultAxes(axes)
    expect(inDefaultOrder(first, axes)).toEqual(first)
  })

  it('loses no axis and gains none when one is moved, and keeps the others in their order', () => {
    const keys = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 9 })
    fc.assert(
      fc.property(keys, fc.nat(8), fc.integer({ min: -2, max: 12 }), (all, which, to) => {
        const key = all[which % all.length]
        const next = withMoved(all, key, to)
        const place = Math.min(all.length - 1, Math.max(0, to))
        expect(next.indexOf(key)).toBe(place)
        expect(next.filter((each) => each !== key)).toEqual(all.filter((each) => each !== key))
      }),
    )
  })

  it('is changed to the place that the pointer is nearest to', () => {
    const places = axisPlaces(4, 900)
    expect(places.map((x) => placeNearest(places, x + 20))).toEqual([0, 1, 2, 3])
    expect(placeNearest(places, places[1] + 0.6 * (places[2] - places[1]))).toBe(2)
  })
})
