import { readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { cached } from '#worker/dataset/cache.ts'
import { cachedFile, type WriteAt } from '#worker/dataset/cached-file.ts'
import { runScript } from '../run-directory/child.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const payload = Buffer.from('rows of numbers')

/** The payload in two parts, the later one first. */
const build = () =>
  vi.fn(async (write: WriteAt) => {
    write(payload.subarray(5), 5)
    write(payload.subarray(0, 5), 0)
  })

test('an entry is written at any places, once, and is an entry like any other', async () => {
  const folder = join(temporaryFolder(), 'not', 'there', 'yet')
  const first = build()
  const { path, start } = await cachedFile(folder, 'entry', payload.length, first)
  expect(readFileSync(path).subarray(start)).toEqual(payload)
  await cachedFile(folder, 'entry', payload.length, first)
  expect(first).toHaveBeenCalledOnce()
  expect(Buffer.from(await cached(folder, 'entry', () => Promise.reject(new Error('read'))))).toEqual(payload)
})

test.each([
  ['cut off', (file: Buffer) => file.subarray(0, -1)],
  ['empty', () => Buffer.alloc(0)],
  ['with one bit turned', (file: Buffer) => Buffer.concat([file.subarray(0, -1), Buffer.from([1])])],
  ['with something appended', (file: Buffer) => Buffer.concat([file, Buffer.from('x')])],
])('an entry that is %s is built again', async (_, damage) => {
  const folder = temporaryFolder()
  const { path, start } = await cachedFile(folder, 'entry', payload.length, build())
  writeFileSync(path, damage(readFileSync(path)))
  const again = build()
  await cachedFile(folder, 'entry', payload.length, again)
  expect(again).toHaveBeenCalledOnce()
  expect(readFileSync(path).subarray(start)).toEqual(payload)
})

test('a failed build leaves the folder empty', async () => {
  const folder = temporaryFolder()
  const failed = cachedFile(folder, 'entry', 8, async (write) => {
    write(Buffer.alloc(4), 0)
    throw new Error('no such picture')
  })
  await expect(failed).rejects.toThrow('no such picture')
  expect(await readdir(folder)).toEqual([])
})

test('what a killed process has left of an entry goes, what a live one writes stays', async () => {
  const folder = temporaryFolder()
  const { output } = await runScript(`console.log(process.pid)`)
  for (const pid of [Number(output), process.ppid])
    writeFileSync(join(folder, `.unfinished-entry-${pid}-1`), 'half')
  await cachedFile(folder, 'entry', payload.length, build())
  expect((await readdir(folder)).sort()).toEqual([`.unfinished-entry-${process.ppid}-1`, 'entry'])
})

test('an entry larger than the disk is refused before anything is written', async () => {
  const folder = temporaryFolder()
  const never = build()
  await expect(cachedFile(folder, 'entry', 1e18, never)).rejects.toMatchObject({
    code: 'data-folder-unwritable',
    detail: expect.stringMatching(/^it needs 1000000000.0 GB, and \d+\.\d GB are free on this disk$/),
  })
  expect(never).not.toHaveBeenCalled()
})

test('an entry that does not fit on the disk after all is a problem, and leaves no half entry', async () => {
  const folder = temporaryFolder()
  const { output } = await runScript(
    `
    const { cachedFile } = await import('#worker/dataset/cached-file.ts')
    const write = async (write) => write(new Uint8Array(100_000), 0)
    const stored = cachedFile(${JSON.stringify(folder)}, 'entry', 100_000, write)
    await stored.catch((error) => console.log(error.code, error.cause.code))`,
    { largestFileKiB: 16 },
  )
  expect(output).toBe('data-folder-unwritable EFBIG\n')
  expect(await readdir(folder)).toEqual([])
})
