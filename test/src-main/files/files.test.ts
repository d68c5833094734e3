import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { beforeEach, expect, it, vi } from 'vitest'
import { calls } from '#contract/calls.ts'
import { Problem } from '#contract/problem.ts'
import { browseFolder, grantPicked, listRoots, type BrowseOptions } from '#main/files/browse.ts'
import { FileGrants } from '#main/files/grants.ts'
import { fileRoots } from '#main/files/roots.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const outside = folderForAll()
const home = join(outside, 'home')
const wish: BrowseOptions = { kind: 'file', extensions: [], text: '' }
let grants: FileGrants

beforeEach(() => {
  rmSync(home, { recursive: true, force: true })
  mkdirSync(join(home, 'data', 'deep'), { recursive: true })
  mkdirSync(join(home, '.ssh'))
  writeFileSync(join(home, '.ssh', 'key'), 'secret')
  writeFileSync(join(outside, 'secret.csv'), 'secret')
  for (const name of ['table10.csv', 'Table2.CSV', 'notes.txt', '.hidden.csv'])
    writeFileSync(join(home, 'data', name), name)
  grants = new FileGrants()
})

const open = (path: string) => grants.grant(path, home)
const namesIn = async (path: string, options: Partial<BrowseOptions> = {}) => {
  const { entries } = await browseFolder(grants, open(path), { ...wish, ...options })
  return entries.map(({ name }) => name)
}
const refused = expect.objectContaining({ code: 'not-allowed' })

it('lists folders first, then files as people count, and nothing hidden', async () => {
  const { entries, crumbs, place } = await browseFolder(grants, open(join(home, 'data')), wish)
  expect(entries.map(({ name }) => name)).toEqual(['deep', 'notes.txt', 'Table2.CSV', 'table10.csv'])
  expect(entries.map(({ kind, bytes }) => [kind, bytes]).slice(0, 2)).toEqual([
    ['folder', null],
    ['file', 9],
  ])
  expect(crumbs.map(({ grant }) => grants.resolveGrant(grant))).toEqual([home, join(home, 'data')])
  expect(place).toBe(join(home, 'data'))
  expect(await namesIn(home)).toEqual(['data'])
})

it('leaves out what is not wanted', async () => {
  const data = join(home, 'data')
  expect(await namesIn(data, { extensions: ['.csv'] })).toEqual(['deep', 'Table2.CSV', 'table10.csv'])
  expect(await namesIn(data, { kind: 'folder' })).toEqual(['deep'])
  expect(await namesIn(data, { text: 'ABLE1' })).toEqual(['table10.csv'])
})

it('says how many entries it does not list', async () => {
  const many = join(home, 'many')
  mkdirSync(many)
  for (let i = 0; i < 1005; i++) writeFileSync(join(many, `${i}.txt`), '')
  const listing = await browseFolder(grants, open(many), wish)
  expect([listing.entries.length, listing.leftOut]).toEqual([1000, 5])
})

it('gives one file one id, and different files different ones', async () => {
  const id = open(join(home, 'data', 'notes.txt'))
  expect(open(join(home, 'data', 'deep', '..', 'notes.txt'))).toBe(id)
  expect(grants.resolveGrant(id)).toBe(join(home, 'data', 'notes.txt'))
  expect(open(join(home, 'data', 'Table2.CSV'))).not.toBe(id)
})

it('refuses to leave its roots', () => {
  for (const path of [join(home, '..', 'secret.csv'), outside, '/', join(home, '.ssh', 'key')])
    expect(() => open(path)).toThrow(refused)
})

it('shows no link that leads out or to something hidden, and follows one that stays inside', async () => {
  symlinkSync(outside, join(home, 'out'))
  symlinkSync(join(outside, 'secret.csv'), join(home, 'out.csv'))
  symlinkSync(join(home, '.ssh'), join(home, 'keys'))
  symlinkSync(join(home, 'data'), join(home, 'inside'))
  symlinkSync(join(home, 'nowhere'), join(home, 'broken'))
  expect(await namesIn(home)).toEqual(['data', 'inside'])
})

it('looks again whether a granted file has become a link that leads out', () => {
  const path = join(home, 'data', 'notes.txt')
  const id = open(path)
  rmSync(path)
  expect(() => grants.resolveGrant(id)).toThrow(expect.objectContaining({ code: 'file-not-found' }))
  symlinkSync(join(outside, 'secret.csv'), path)
  expect(() => grants.resolveGrant(id)).toThrow(refused)
  renameSync(join(home, 'data'), join(home, 'moved'))
  symlinkSync(outside, join(home, 'data'))
  expect(() => grants.resolveGrant(id)).toThrow(expect.objectContaining({ code: 'file-not-found' }))
})

it('is not widened by a root that has become a link', () => {
  const id = open(home)
  const file = open(join(home, 'data', 'notes.txt'))
  renameSync(home, join(outside, 'away'))
  symlinkSync('/', home)
  expect(() => grants.resolveGrant(id)).toThrow(refused)
  expect(() => open(join(home, 'etc'))).toThrow(refused)
  expect(() => grants.resolveGrant(file)).toThrow(Problem)
  rmSync(home)
  rmSync(join(outside, 'away'), { recursive: true })
})

it('grants what was picked by way of a link where it really lies', async () => {
  symlinkSync(join(home, 'data'), join(outside, 'link'))
  const { grant } = await grantPicked(grants, join(outside, 'link', 'notes.txt'))
  expect(grants.resolveGrant(grant)).toBe(join(home, 'data', 'notes.txt'))
  rmSync(join(outside, 'link'))
})

it('knows no id that it has not given out itself', async () => {
  const foreign = new FileGrants().grant(home, home)
  const id = open(home)
  expect(() => grants.resolveGrant(foreign)).toThrow(refused)
  await expect(browseFolder(grants, foreign, wish)).rejects.toThrow(refused)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ minLength: 22, maxLength: 22 })), (guess) => {
      fc.pre(guess !== id)
      expect(() => grants.resolveGrant(guess)).toThrow(refused)
    }),
  )
})

it('takes nothing like a path in place of an id', () => {
  const browse = calls['files.browse'].arguments
  expect(browse.safeParse([open(home), wish]).success).toBe(true)
  expect(browse.safeParse([null, wish]).success).toBe(true)
  for (const name of ['/etc/passwd', '..', '../../../../../../../../', 'data/notes.txt', '__proto__'])
    expect(browse.safeParse([name, wish]).success).toBe(false)
})

it('opens the named folders, home, the data folder and the present one, each once', async () => {
  vi.stubEnv('HOME', home)
  const cwd = vi.spyOn(process, 'cwd')
  cwd.mockReturnValue('/')
  const data = join(home, 'data')
  expect(fileRoots(data).map(({ path }) => path)).toEqual([home, data])
  cwd.mockReturnValue(outside)
  const roots = fileRoots(data, [home, join(home, 'none')])
  expect(roots).toEqual([
    { name: 'home', path: home },
    { name: 'Started in', path: outside },
    { name: 'Data folder', path: data },
  ])
  const [first] = await listRoots(grants, roots)
  expect(first).toMatchObject({ name: 'home', kind: 'folder' })
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

it('grants what a person has picked in the dialog, and its folder only to itself', async () => {
  const entry = await grantPicked(grants, join(outside, 'secret.csv'))
  expect(entry).toMatchObject({ name: 'secret.csv', kind: 'file' })
  expect(grants.resolveGrant(entry.grant)).toBe(join(outside, 'secret.csv'))
  const folder = await grantPicked(grants, outside)
  expect((await browseFolder(grants, folder.grant, wish)).entries.map(({ name }) => name)).toContain('home')
})
