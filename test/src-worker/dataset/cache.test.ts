import { open, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { cached } from '#worker/dataset/cache.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

test('an entry is built once and read from then on', async () => {
  const folder = join(await makeTemporaryFolder(), 'not', 'there', 'yet')
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
  const folder = await makeTemporaryFolder()
  const payload = new TextEncoder().encode('the payload')
  await cached(folder, 'entry', async () => payload)
  await writeFile(join(folder, 'entry'), damage(await readFile(join(folder, 'entry'))))
  expect(await cached(folder, 'entry', async () => payload)).toEqual(payload)
  const untouched = vi.fn(async () => payload)
  await cached(folder, 'entry', untouched)
  expect(untouched).not.toHaveBeenCalled()
})

test('a failed build leaves the folder empty', async () => {
  const folder = await makeTemporaryFolder()
  const fail = () => Promise.reject(new Error('no such picture'))
  await expect(cached(folder, 'entry', fail)).rejects.toThrow('no such picture')
  expect(await readdir(folder)).toEqual([])
})

test('a folder that cannot be written is a problem', async () => {
  const file = join(await makeTemporaryFolder(), 'file')
  await writeFile(file, 'in the way')
  const store = cached(join(file, 'cache'), 'entry', async () => new Uint8Array(1))
  await expect(store).rejects.toMatchObject({ code: 'data-folder-unwritable' })
})

test('a disk that is full when the entry is flushed is a problem, and leaves no half entry', async () => {
  const folder = await makeTemporaryFolder()
  const someFile = await open(import.meta.filename)
  await someFile.close()
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  const sync = vi.spyOn(Object.getPrototypeOf(someFile), 'sync').mockRejectedValueOnce(full)
  onTestFinished(() => sync.mockRestore())
  await expect(cached(folder, 'entry', async () => new Uint8Array(1))).rejects.toMatchObject({
    code: 'data-folder-unwritable',
    detail: expect.stringContaining('ENOSPC'),
  })
  expect(await readdir(folder)).toEqual([])
})
