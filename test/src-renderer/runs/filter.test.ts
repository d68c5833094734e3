import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runQuery } from '#contract/run/query.ts'
import {
  filterFromAddress,
  isNarrowed,
  queryFromFilter,
  sortingFromText,
  textFromSorting,
  textFromValues,
  valuesFromText,
} from '../../../src-renderer/runs/filter.ts'

describe('the filter of the list of runs', () => {
  it('reads sorting from the address and falls back to the newest first', () => {
    expect(sortingFromText('nonsense')).toEqual({ key: 'started', descending: true })
    for (const text of ['-score', 'name', 'started', ''])
      expect(textFromSorting(sortingFromText(text))).toBe(text)
  })

  it('carries any values through the address', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), (values) => {
        expect(valuesFromText(textFromValues(values))).toEqual(values)
      }),
    )
  })

  it('asks only for states that there are, whatever the address says', () => {
    const filter = filterFromAddress({ state: 'failed,nonsense', tag: 'paper', view: 'trash', q: 'night' })
    const query = queryFromFilter(filter, 200, 100)
    expect(runQuery.parse(query)).toEqual(query)
    expect(query).toMatchObject({
      states: ['failed'],
      tags: ['paper'],
      trashed: true,
      text: 'night',
      offset: 200,
    })
  })

  it('tells a narrowed list from a whole one', () => {
    expect(isNarrowed(filterFromAddress({ sort: '-score', view: 'trash' }))).toBe(false)
    expect(isNarrowed(filterFromAddress({ study: 'grid' }))).toBe(true)
  })
})
