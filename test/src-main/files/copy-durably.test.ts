import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { copyDurably } from '#main/files/copy-durably.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

it('the copy of a file that nobody may write is its owner’s to write', async () => {
  const folder = temporaryFolder()
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  writeFileSync(from, 'a file from a read-only disk')
  chmodSync(from, 0o444)
  await copyDurably(from, to)
  expect(readFileSync(to, 'utf8')).toBe('a file from a read-only disk')
  expect(statSync(to).mode & 0o600).toBe(0o600)
  expect(statSync(from).mode & 0o777).toBe(0o444)
})
