import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { cached } from '#worker/dataset/cache.ts'
import { runScript } from '../run-directory/child.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

test('an entry is built once and read from then on', async () => {
  const folder = join(temporaryFolder(), 'not', 'there', 'yet')
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.uuid(), async (payload, name) => {
      const build = vi.fn(async () => payload)
      expect(await cached(folder, name, build)).toEqual(payload)
      expect(await cached(folder, name, build)).toEqual(payload)
      expect(build).toHaveBeenCalledTimes(1)
    }),
    { numRuns: 20 },
  )
})

test.each([
  ['cut off', (file: Buffer) => file.subarray(0, -1)],
  ['empty', () => Buffer.alloc(0)],
  ['without a payload', (file: Buffer) => file.subarray(0, file.indexOf('\n') + 1)],
  [
    'with one bit turned',
    (file: Buffer) => Buffer.concat([file.subarray(0, -1), Buffer.from([file.at(-1)! ^ 1])]),
  ],
  ['with something appended', (file: Buffer) => Buffer.concat([file, Buffer.from('x')])],
  ['something else', () => Buffer.from('{"hello": 1}\n[]')],
])('an entry that is %s is built again', async (_, damage) => {
  const folder = temporaryFolder()
  const payload = new TextEncoder().encode('the payload')
  await cached(folder, 'entry', async () => payload)
  await writeFile(join(folder, 'entry'), damage(await readFile(join(folder, 'entry'))))
  expect(await cached(folder, 'entry', async () => payload)).toEqual(payload)
  const untouched = vi.fn(async () => payload)
  await cached(folder, 'entry', untouched)
  expect(untouched).not.toHaveBeenCalled()
})

test('a failed build leaves the folder empty', async () => {
  const folder = temporaryFolder()
  const fail = () => Promise.reject(new Error('no such picture'))
  await expect(cached(folder, 'entry', fail)).rejects.toThrow('no such picture')
  expect(await readdir(folder)).toEqual([])
})

test.each(['.', 'cache'])('a file where the folder %s should be is a problem', async (below) => {
  const file = join(temporaryFolder(), 'file')
  await writeFile(file, 'in the way')
  const store = cached(join(file, below), 'entry', async () => new Uint8Array(1))
  await expect(store).rejects.toMatchObject({ code: 'data-folder-unwritable' })
})

test('an entry that does not fit on the disk is a problem, and leaves no half entry', async () => {
  const folder = temporaryFolder()
  const { output } = await runScript(
    `
    const { cached } = await import('#worker/dataset/cache.ts')
    const store = cached(${JSON.stringify(folder)}, 'entry', async () => new Uint8Array(100_000))
    await store.catch((error) => console.log(error.code, error.cause.code))`,
    { largestFileKiB: 16 },
  )
  expect(output).toBe('data-folder-unwritable EFBIG\n')
  expect(await readdir(folder)).toEqual([])
})
