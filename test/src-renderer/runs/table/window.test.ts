import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowHeight, rowsInView, scrollTopFor } from '../../../../src-renderer/runs/table/window.ts'

describe('the rows in view', () => {
  it('cover the window, and nothing that is not there', () => {
    const sizes = [fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 100, max: 2000 })] as const
    fc.assert(
      fc.property(...sizes, fc.integer({ min: 1, max: 10_000 }), (share, height, total) => {
        const scrollTop = share * (total * rowHeight - 1)
        const { first, last, firstVisible } = rowsInView(scrollTop, height, total)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(last).toBeLessThan(total)
        expect(first * rowHeight).toBeLessThanOrEqual(scrollTop)
        expect(Math.min(total * rowHeight, scrollTop + height)).toBeLessThanOrEqual((last + 1) * rowHeight)
        expect(firstVisible).toBe(Math.floor(scrollTop / rowHeight))
      }),
    )
  })

  it('are none of an empty list', () => {
    expect(rowsInView(0, 900, 0).last).toBe(-1)
  })

  it('scroll only as far as a row needs to be seen whole', () => {
    const height = 332
    expect(scrollTopFor(5, 0, height)).toBeNull()
    expect(scrollTopFor(3, 120, height)).toBe(90)
    const top = scrollTopFor(40, 0, height)!
    expect(scrollTopFor(40, top, height)).toBeNull()
    expect(scrollTopFor(40, top - 1, height)).toBe(top)
  })
})
