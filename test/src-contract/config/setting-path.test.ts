import { expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { putSetting, settingAt } from '#contract/config/setting-path.ts'

it('a setting is put where its path says, and what is missing on the way is made', () => {
  const config = { search: { epochs: 3 } }
  putSetting(config, 'search.epochs', 4)
  putSetting(config, 'space.sparse.kernel', 5)
  putSetting(config, 'search.batchSize', null)
  expect(config).toEqual({ search: { epochs: 4 }, space: { sparse: { kernel: 5 } } })
  expect(settingAt(config, 'space.sparse.kernel')).toBe(5)
})

it.each(['__proto__.epochs', 'search.__proto__.epochs', 'search.__proto__', 'constructor.prototype'])(
  'a path through %s is a setting that does not exist, and changes nothing else',
  (path) => {
    const config = { dataset: { kind: 'emoji8' }, search: { epochs: 3 } }
    putSetting(config, path, 99)
    expect(settingAt(config, path)).toBe(99)
    expect(Object.getPrototypeOf(config)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(config.search)).toBe(Object.prototype)
    expect(() => parseRunConfig(config, 'test')).toThrow(/__proto__|constructor/)
  },
)
