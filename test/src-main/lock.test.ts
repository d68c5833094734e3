import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockDataFolder } from '#main/lock.ts'
import { identifyProcess } from '#worker/run-directory/process-identity.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const lockOf = (dataDir: string) => join(dataDir, 'lock')

describe('the lock of a data folder', () => {
  it('keeps a second one out and says who holds it', async () => {
    const dataDir = join(temporaryFolder(), 'new', 'folder')
    const lock = await lockDataFolder(dataDir)
    await expect(lockDataFolder(dataDir)).rejects.toMatchObject({
      code: 'data-folder-locked',
      detail: `process ${process.pid} on ${hostname()} holds it`,
    })
    await lock.release()
    expect(readdirSync(dataDir)).toEqual([])
    await (await lockDataFolder(dataDir)).release()
  })

  it('is taken over from a process that has died', async () => {
    const dataDir = temporaryFolder()
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    writeFileSync(lockOf(dataDir), JSON.stringify(identifyProcess(child.pid!)))
    await expect(lockDataFolder(dataDir)).rejects.toThrow(String(child.pid))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const lock = await lockDataFolder(dataDir)
    expect(JSON.parse(readFileSync(lockOf(dataDir), 'utf8'))).toEqual(identifyProcess(process.pid))
    await lock.release()
  })

  it('is taken over when another process has got the number of the dead one', async () => {
    const dataDir = temporaryFolder()
    writeFileSync(lockOf(dataDir), JSON.stringify({ ...identifyProcess(process.pid), startTime: 'earlier' }))
    await expect(lockDataFolder(dataDir)).resolves.toBeDefined()
  })

  it.each(['', '{', '{"pid": "x"}'])('is taken over when it says %j, which is no lock', async (content) => {
    const dataDir = temporaryFolder()
    writeFileSync(lockOf(dataDir), content)
    await expect(lockDataFolder(dataDir)).resolves.toBeDefined()
  })

  it('is left to a process of another machine', async () => {
    const dataDir = temporaryFolder()
    writeFileSync(lockOf(dataDir), JSON.stringify({ pid: 1, startTime: 'then', host: 'elsewhere' }))
    await expect(lockDataFolder(dataDir)).rejects.toThrow(/process 1 on elsewhere .* delete the file/)
    expect(existsSync(lockOf(dataDir))).toBe(true)
  })

  it('goes to exactly one of many that find it stale', async () => {
    const dataDir = temporaryFolder()
    writeFileSync(lockOf(dataDir), JSON.stringify({ ...identifyProcess(process.pid), startTime: 'earlier' }))
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => lockDataFolder(dataDir)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(readdirSync(dataDir)).toEqual(['lock'])
  })

  it('is not removed by one who has lost it', async () => {
    const dataDir = temporaryFolder()
    const lock = await lockDataFolder(dataDir)
    writeFileSync(lockOf(dataDir), 'another')
    await lock.release()
    expect(readFileSync(lockOf(dataDir), 'utf8')).toBe('another')
  })

  it('cannot be had where the folder cannot be written', async (context) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    await expect(lockDataFolder(join(folder, 'file'))).rejects.toMatchObject({
      code: 'data-folder-unwritable',
    })
    if (process.getuid?.() === 0) context.skip('root may write everywhere')
    chmodSync(folder, 0o500)
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data-folder-unwritable' })
    chmodSync(folder, 0o700)
  })
})
