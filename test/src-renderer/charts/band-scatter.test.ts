import { describe, expect, it } from 'vitest'
import { layOutBands, scatterMargin, type BandedPoint } from '../../../src-renderer/charts/band-scatter.ts'

const size = { width: 460, height: 346 }
const point = (x: number, y: number, half: number | null = 0.01): BandedPoint => ({
  id: `${x}/${y}`,
  across: { value: x, low: half === null ? null : x - half, high: half === null ? null : x + half },
  up: { value: y, low: y - 0.02, high: y + 0.02 },
  hollow: false,
  title: '',
})

describe('points with bands', () => {
  it('lie inside the plot with their whole bands, larger values to the right and above', () => {
    const { points } = layOutBands([point(-0.05, -0.02), point(0.03, 0.06)], size)
    const [low, high] = points
    expect(high.x).toBeGreaterThan(low.x)
    expect(high.y).toBeLessThan(low.y)
    for (const { bandX, bandY } of points) {
      expect(Math.min(...bandX!)).toBeGreaterThanOrEqual(scatterMargin.left)
      expect(Math.max(...bandX!)).toBeLessThanOrEqual(size.width - scatterMargin.right)
      expect(Math.min(...bandY!)).toBeGreaterThanOrEqual(scatterMargin.top)
      expect(Math.max(...bandY!)).toBeLessThanOrEqual(size.height - scatterMargin.bottom)
    }
  })

  it('lie on the line of equals exactly where both values are equal', () => {
    const { points, identity } = layOutBands([point(-0.02, -0.02), point(0.01, 0.01), point(0.04, 0)], size)
    const [x1, y1, x2, y2] = identity!
    const off = ({ x, y }: { x: number; y: number }) => (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
    expect(off(points[0])).toBeCloseTo(0)
    expect(off(points[1])).toBeCloseTo(0)
    expect(Math.abs(off(points[2]))).toBeGreaterThan(1)
  })

  it('have no band where none is known, and ticks in points with their sign', () => {
    const { points, x } = layOutBands([point(-0.02, 0.01, null), point(0.02, 0.01, null)], size)
    expect(points[0].bandX).toBeNull()
    expect(x.ticks.map(({ text }) => text)).toEqual(['−2', '−1', '0', '+1', '+2'])
    expect(x.ticks.find(({ text }) => text === '0')!.at).toBeCloseTo(x.zero)
  })
})
