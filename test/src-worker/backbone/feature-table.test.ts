import { expect, it } from 'vitest'
import { selectRows, tableInMemory } from '#worker/backbone/feature-table.ts'

it('has the rows that were kept of it, in their order, as a table of their own', () => {
  const table = tableInMemory(Float32Array.of(1, 2, 3, 4, 5, 6), 3)
  const kept = selectRows(table, [2, 0])
  expect(kept).toMatchObject({ rows: 2, size: 2 })
  expect(kept.gather([0, 1, 0])).toEqual(Float32Array.of(5, 6, 1, 2, 5, 6))
})
