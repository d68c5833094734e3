import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { runScript, startScript } from './child.ts'
import { filesBelow } from './folders.ts'

const writeIn = (folder: string) => `
  const { writeAtomically } = await import('#worker/run-directory/atomic-file.ts')
  try { writeAtomically(${JSON.stringify(join(folder, 'status.json'))}, 'x'.repeat(100_000)) }
  catch (error) { console.log(error.code, error.where, error.cause.code) }`

describe('writeAtomically', () => {
  it('replaces the content and leaves nothing else behind', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'status.json')
    writeAtomically(path, 'old')
    writeAtomically(path, Uint8Array.of(0x6e, 0x65, 0x77))
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(filesBelow(folder)).toEqual(['status.json'])
  })

  it('shows a reader the old or the new content, never a part of it and never nothing', async () => {
    const path = join(temporaryFolder(), 'status.json')
    const contents = ['a', 'b'].map((letter) => letter.repeat(300_000))
    writeFileSync(path, contents[0])
    const child = startScript(`
      const { writeAtomically } = await import('#worker/run-directory/atomic-file.ts')
      console.log('ready')
      for (let i = 0; ; i++) writeAtomically(${JSON.stringify(path)}, 'ab'[i % 2].repeat(300_000))`)
    const ended = once(child, 'exit')
    await once(child.stdout!, 'data')
    const seen = new Set(Array.from({ length: 1000 }, () => readFileSync(path, 'latin1')))
    child.kill('SIGKILL')
    await ended
    expect([...seen].every((content) => contents.includes(content))).toBe(true)
    expect(seen.size).toBe(2)
  })

  it('keeps the old content when a file may not grow any more', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'status.json'), 'old')
    const { output } = await runScript(writeIn(folder), { largestFileKiB: 16 })
    expect(output).toBe(`data-folder-unwritable ${join(folder, 'status.json')} EFBIG\n`)
    expect(readFileSync(join(folder, 'status.json'), 'utf8')).toBe('old')
    expect(filesBelow(folder)).toEqual(['status.json'])
  })

  it('says so when the folder cannot be written', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'status.json'), 'old')
    chmodSync(folder, 0o555)
    const { output } = await runScript(writeIn(folder), { powerless: true })
    expect(output).toBe(`data-folder-unwritable ${join(folder, 'status.json')} EACCES\n`)
    expect(readFileSync(join(folder, 'status.json'), 'utf8')).toBe('old')
  })

  it('says so when the folder is gone', () => {
    const path = join(temporaryFolder(), 'removed', 'status.json')
    const problem = expect.objectContaining({ code: 'data-folder-unwritable', where: path })
    expect(() => writeAtomically(path, 'new')).toThrow(problem)
  })
})
