import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { varyingSettings } from '#main/store/setting-columns.ts'

const columns = (...configs: object[]) => varyingSettings(configs.map((config) => JSON.stringify(config)))

describe('the settings in which runs differ', () => {
  it('are named by their paths, typed, lists as one text, and null where a run has no such setting', () => {
    const one = { search: { epochs: 3, strategy: 'darts' }, backbones: {} }
    const other = {
      search: { epochs: 5, strategy: 'random' },
      backbones: { image: { channels: [8, 16], augment: true } },
    }
    expect(columns(one, other, one)).toEqual([
      { path: 'search.epochs', values: [3, 5, 3] },
      { path: 'backbones.image.channels', values: [null, '8, 16', null] },
      { path: 'backbones.image.augment', values: [null, true, null] },
    ])
  })

  it('are none where all runs are equal or there is one', () => {
    expect(columns({ a: 1 }, { a: 1 })).toEqual([])
    expect(columns({ a: 1 })).toEqual([])
    expect(columns()).toEqual([])
  })

  it('give every run its own value back', () => {
    const config = fc.record({ a: fc.integer(), b: fc.record({ c: fc.string(), d: fc.boolean() }) })
    fc.assert(
      fc.property(fc.array(config, { minLength: 1, maxLength: 12 }), (configs) => {
        const found = columns(...configs)
        for (const { path, values } of found) {
          const own = configs.map(({ a, b }) => ({ a, 'b.c': b.c, 'b.d': b.d })[path])
          expect(values).toEqual(own)
        }
        const differ = (values: unknown[]) => new Set(values).size > 1
        expect(found.some(({ path }) => path === 'a')).toBe(differ(configs.map(({ a }) => a)))
      }),
    )
  })
})
