import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { recordFolder } from '#worker/run-directory/record-folder.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const records = recordFolder(
  'whatIfs',
  z.object({ id: z.string(), createdAt: z.number(), found: z.number() }),
  'trial',
)
const record = (id: string, createdAt: number) => ({ id, createdAt, found: createdAt })

it('keeps records, the newest first, and puts one in the place of its older self', () => {
  const directory = temporaryFolder()
  expect(records.read(directory).records).toEqual([])
  for (const [id, at] of [
    ['first', 1],
    ['second', 2],
    ['first', 3],
  ] as const)
    records.write(directory, record(id, at))
  expect(records.read(directory).records).toEqual([record('first', 3), record('second', 2)])
  records.remove(directory, 'first')
  expect(records.read(directory).records).toEqual([record('second', 2)])
  expect(() => records.remove(directory, 'first')).toThrow(
    expect.objectContaining({ code: 'file-not-found' }),
  )
})

it('does not bring back the folder of a run that is gone', () => {
  const directory = join(temporaryFolder(), 'gone')
  expect(() => records.write(directory, record('first', 1))).toThrow(
    expect.objectContaining({ code: 'run-not-found', where: directory }),
  )
  expect(existsSync(directory)).toBe(false)
})

it('says where it cannot write', () => {
  const directory = temporaryFolder()
  writeFileSync(join(directory, 'what-if'), 'a file in its place')
  expect(() => records.write(directory, record('first', 1))).toThrow(
    expect.objectContaining({ code: 'data-folder-unwritable' }),
  )
})
