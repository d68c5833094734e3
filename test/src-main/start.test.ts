import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { defaultDataDir } from '#main/data-dir.ts'
import { parseStartOptions } from '#main/start.ts'

it('takes the port, the data folder, folders to look into and the wish for the local host', () => {
  const args = [
    '--host',
    '--port',
    '8080',
    '--data-dir',
    'here',
    '--root',
    'src-main',
    '--root',
    tmpdir(),
    '--keep',
  ]
  expect(parseStartOptions(args)).toEqual({
    host: true,
    port: 8080,
    dataDir: resolve('here'),
    roots: [resolve('src-main'), tmpdir()],
    keep: true,
  })
  const defaults = { host: false, port: 0, dataDir: resolve(defaultDataDir()), roots: [], keep: false }
  expect(parseStartOptions([])).toEqual(defaults)
})

it.each([
  ['--port', 'x'],
  ['--port', '65536'],
  ['--port', '-1'],
  ['--port'],
  ['--data-dir', ''],
  ['--root', 'no-such-folder'],
  ['--root', 'package.json'],
  ['--unknown'],
  ['word'],
])('refuses %j %j', (...args) => {
  expect(() => parseStartOptions(args)).toThrow(expect.objectContaining({ code: 'bad-arguments' }))
})

it('keeps data where the operating system wants it, unless the environment says otherwise', () => {
  expect(defaultDataDir({ SHAPWRIGHT_DATA_DIR: '/data' }, 'linux')).toBe('/data')
  expect(defaultDataDir({ XDG_DATA_HOME: '/home/a/.data' }, 'linux')).toBe('/home/a/.data/shapwright')
  expect(defaultDataDir({}, 'linux')).toMatch(/\/\.local\/share\/shapwright$/)
  expect(defaultDataDir({}, 'darwin')).toMatch(/Library\/Application Support\/Shapwright$/)
})
