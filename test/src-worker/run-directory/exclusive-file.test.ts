import { readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { Taken, takeFile } from '#worker/run-directory/exclusive-file.ts'
import { claimRun } from '#worker/run-directory/claim.ts'
import { identifyProcess } from '#worker/run-directory/process-identity.ts'
import { changeStatus, createRun, RunWriter } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { runScript, startScript } from './child.ts'
import { smallConfig } from './folders.ts'

/**
 * Takes the file again and again, does what must be done by one alone, and gives it back or leaves it as a process that
 * died with it. It tells how often it was not alone.
 */
const contend = (folder: string) => `
  const { takeFile, Taken } = await import('#worker/run-directory/exclusive-file.ts')
  const { mkdirSync, rmdirSync, writeFileSync, renameSync } = await import('node:fs')
  const { setTimeout } = await import('node:timers/promises')
  let intrusions = 0
  for (let turn = 0; turn < 30; ) {
    let giveBack
    try { giveBack = takeFile('${folder}/file') } catch (error) {
      if (!(error instanceof Taken)) throw error
      await setTimeout(Math.random() * 2)
      continue
    }
    turn += 1
    try { mkdirSync('${folder}/alone'); await setTimeout(Math.random()); rmdirSync('${folder}/alone') } catch { intrusions += 1 }
    if (turn % 3 > 0) giveBack()
    else {
      writeFileSync('${folder}/' + process.pid, JSON.stringify({ pid: process.pid, startTime: 'earlier ' + turn, host: '${hostname()}' }))
      renameSync('${folder}/' + process.pid, '${folder}/file')
    }
  }
  console.log(intrusions)`

describe('a file that one process has at a time', () => {
  it('is had by one of many alone, also when holders keep dying', async () => {
    const folder = temporaryFolder()
    const contenders = await Promise.all(Array.from({ length: 5 }, () => runScript(contend(folder))))
    expect(contenders).toEqual(contenders.map(() => ({ output: '0\n', errors: '' })))
    expect(readdirSync(folder).filter((file) => file !== 'file')).toEqual([])
  })

  it('is not had twice by one process either', () => {
    const path = join(temporaryFolder(), 'file')
    const giveBack = takeFile(path)
    expect(() => takeFile(path)).toThrow(Taken)
    giveBack()
    takeFile(path)()
  })
})

describe('the claim of a run', () => {
  it('is refused to a second process, which is told who has it', () => {
    const { directory } = createRun(temporaryFolder(), smallConfig)
    const writer = RunWriter.open(directory)
    const busy = expect.objectContaining({
      code: 'run-busy',
      detail: `process ${process.pid} on ${hostname()} holds it`,
    })
    expect(() => RunWriter.open(directory)).toThrow(busy)
    expect(() => changeStatus(directory, () => ({ priority: 1 }))).toThrow(busy)
    writer.close()
    expect(changeStatus(directory, () => ({ priority: 1 })).priority).toBe(1)
  })

  it('goes to exactly one of two that resume a run at the same time', async () => {
    for (let round = 0; round < 3; round++) {
      const { directory } = createRun(temporaryFolder(), smallConfig)
      const signal = join(directory, 'now')
      const source = `
        const { RunWriter } = await import('#worker/run-directory/write.ts')
        const { existsSync } = await import('node:fs')
        console.log('ready')
        while (!existsSync('${signal}'));
        try { RunWriter.open('${directory}').setStatus('running'); console.log('opened') }
        catch (error) { console.log(error.code, /process \\d+/.test(error.detail)) }
        setInterval(() => {}, 1000)`
      const rivals = [startScript(source), startScript(source)]
      const said = rivals.map((rival) => createInterface({ input: rival.stdout! })[Symbol.asyncIterator]())
      const next = () => Promise.all(said.map(async (lines) => (await lines.next()).value as string))
      expect(await next()).toEqual(['ready', 'ready'])
      writeFileSync(signal, '')
      expect((await next()).toSorted()).toEqual(['opened', 'run-busy true'])
      for (const rival of rivals) rival.kill('SIGKILL')
    }
  })

  it('passes on from a process that has died', () => {
    const { directory } = createRun(temporaryFolder(), smallConfig)
    const earlier = { ...identifyProcess(process.pid), startTime: 'earlier' }
    writeFileSync(join(directory, 'claim'), JSON.stringify(earlier))
    claimRun(directory)()
    expect(readdirSync(directory)).not.toContain('claim')
  })
})
