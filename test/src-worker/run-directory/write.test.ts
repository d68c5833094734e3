import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Problem } from '#contract/problem.ts'
import { effectiveEvents, readEvents, readStatus } from '#worker/run-directory/read.ts'
import { useOf, useRun } from '#worker/run-directory/use.ts'
import { createRun, RunWriter, writeStatus } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { runScript, startScript } from './child.ts'
import { filesBelow, smallConfig } from './folders.ts'

const stepOf = (step: number) => ({ type: 'step', phase: 'search', step, loss: 0.5 }) as const
const weightsOf = (value: number) => ({ weights: { shape: [1], data: Float32Array.of(value) } })
const newRun = () => createRun(temporaryFolder(), smallConfig).directory
const openScript = (directory: string) => `
  const { RunWriter } = await import('#worker/run-directory/write.ts')
  const writer = RunWriter.open(${JSON.stringify(directory)})`

describe('createRun', () => {
  it('makes a complete directory under its id, and nothing beside it', () => {
    const runsDir = join(temporaryFolder(), 'data', 'runs')
    const { id, directory } = createRun(runsDir, smallConfig)
    expect(directory).toBe(join(runsDir, id))
    expect(filesBelow(runsDir).filter((file) => !file.startsWith(id))).toEqual([])
    expect(filesBelow(directory)).toEqual([
      'checkpoints',
      'config.json',
      'events.ndjson',
      'exports',
      'status.json',
    ])
  })

  it('leaves nothing behind where it may not write', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o555)
    const source = `
      const { createRun } = await import('#worker/run-directory/write.ts')
      try { createRun(${JSON.stringify(folder)}, {}) } catch (error) { console.log(error.code) }`
    const { output } = await runScript(source, { powerless: true })
    expect(output).toBe('data-folder-unwritable\n')
    expect(filesBelow(folder)).toEqual([])
  })

  it('leaves nothing behind on a full disk', async () => {
    const folder = temporaryFolder()
    const source = `
      const { createRun } = await import('#worker/run-directory/write.ts')
      try { createRun(${JSON.stringify(folder)}, { name: 'x'.repeat(100_000) }) } catch (error) { console.log(error.code) }`
    const { output } = await runScript(source, { largestFileKiB: 8 })
    expect(output).toBe('data-folder-unwritable\n')
    expect(filesBelow(folder)).toEqual([])
  })
})

describe('writeStatus', () => {
  it('names the process that holds a running run, and only that', () => {
    const directory = newRun()
    const running = writeStatus(directory, 'running', { at: 7 })
    expect(running.process).toMatchObject({ pid: process.pid, host: hostname() })
    expect(readStatus(directory)).toEqual(running)
    expect(running.updatedAt).toBe(7)
    const problem = new Problem('training-diverged', 'epoch 3', 'loss NaN').report()
    expect(writeStatus(directory, 'failed', { problem })).toMatchObject({
      state: 'failed',
      process: null,
      problem,
    })
    expect(writeStatus(directory, 'queued')).toMatchObject({ problem: null, createdAt: running.createdAt })
  })
})

describe('RunWriter', () => {
  it('numbers events without gaps, also when the run is opened again', () => {
    const directory = newRun()
    for (const steps of [[0, 1], [2], [3, 4]]) {
      const writer = RunWriter.open(directory)
      for (const step of steps) writer.append(stepOf(step), 1000 + step)
      writer.flush()
      expect(writer.lastSeq).toBe(steps.at(-1))
      writer.close()
    }
    const expected = [0, 1, 2, 3, 4].map((step) => ({ seq: step, at: 1000 + step, ...stepOf(step) }))
    expect(readEvents(directory)).toEqual(expected)
  })

  it('refuses an event with a number that JSON cannot hold, and the log is as before', () => {
    const directory = newRun()
    const writer = RunWriter.open(directory)
    expect(() => writer.append({ ...stepOf(0), loss: NaN })).toThrow('NaN')
    writer.append(stepOf(0))
    expect(readEvents(directory).length).toBe(1)
    writer.close()
  })

  it('cuts a torn last line off before it goes on', () => {
    const directory = newRun()
    const writer = RunWriter.open(directory)
    writer.append(stepOf(0))
    writer.close()
    appendFileSync(join(directory, 'events.ndjson'), '{"seq":1,"at":12')
    const next = RunWriter.open(directory)
    next.append(stepOf(1))
    next.close()
    expect(readEvents(directory).map(({ seq }) => seq)).toEqual([0, 1])
  })

  it('goes on after its newest checkpoint and voids the events since', () => {
    const directory = newRun()
    const writer = RunWriter.open(directory)
    writer.append(stepOf(0))
    writer.saveCheckpoint({ tensors: weightsOf(1), meta: { epoch: 1 } })
    writer.append(stepOf(1))
    writer.close()
    const next = RunWriter.open(directory)
    const { checkpoint, event } = next.resume()
    expect(checkpoint).toMatchObject({ afterSeq: 0, meta: { epoch: 1 }, tensors: weightsOf(1) })
    expect(event).toMatchObject({ seq: 2, type: 'resumed', afterSeq: 0 })
    next.append(stepOf(1))
    next.close()
    expect(effectiveEvents(readEvents(directory)).map(({ seq }) => seq)).toEqual([0, 2, 3])
  })

  it('begins anew without a checkpoint', () => {
    const directory = newRun()
    const writer = RunWriter.open(directory)
    writer.append(stepOf(0))
    expect(writer.resume()).toMatchObject({ checkpoint: null, event: { afterSeq: -1 } })
    writer.close()
    expect(effectiveEvents(readEvents(directory)).map(({ type }) => type)).toEqual(['resumed'])
  })

  it('does not go on from a checkpoint whose events are lost', () => {
    const directory = newRun()
    const writer = RunWriter.open(directory)
    writer.append(stepOf(0))
    writer.saveCheckpoint({ tensors: weightsOf(1), meta: {} })
    writer.close()
    truncateSync(join(directory, 'events.ndjson'), 0)
    const next = RunWriter.open(directory)
    expect(() => next.resume()).toThrow(expect.objectContaining({ code: 'run-damaged' }))
    next.close()
  })

  it('removes a damaged checkpoint when it goes on from the one before', () => {
    const directory = newRun()
    const writer = RunWriter.open(directory)
    for (const epoch of [1, 2]) writer.saveCheckpoint({ tensors: weightsOf(epoch), meta: { epoch } })
    truncateSync(join(directory, 'checkpoints', '000002.safetensors'), 100)
    expect(writer.resume().checkpoint).toMatchObject({ meta: { epoch: 1 } })
    expect(filesBelow(join(directory, 'checkpoints'))).toEqual(['000001.safetensors'])
    writer.close()
  })

  it('clears away what a killed writer left unfinished', () => {
    const directory = newRun()
    const left = [
      '.unfinished-status.json-1',
      join('checkpoints', '.unfinished-000001.safetensors-1'),
      join('models', '.unfinished-supernet.safetensors-1'),
    ]
    mkdirSync(join(directory, 'models'))
    for (const file of left) writeFileSync(join(directory, file), 'half')
    RunWriter.open(directory).close()
    expect(filesBelow(directory).filter((file) => file.includes('unfinished'))).toEqual([])
  })

  it('leaves what others are making of a run that goes on, and that they do', () => {
    const directory = newRun()
    const leave = useRun(directory, 'exports it')
    const half = join('exports', '.unfinished-onnx')
    writeFileSync(join(directory, half), 'half')
    RunWriter.open(directory).close()
    expect(useOf(directory)).toBe(`process ${process.pid} exports it`)
    expect(filesBelow(directory)).toContain(half)
    leave()
    RunWriter.open(directory).close()
    expect(filesBelow(directory)).not.toContain(half)
  })

  it('does not take a run from a process that works on it', async () => {
    const directory = newRun()
    const child = startScript(`${openScript(directory)}
      writer.setStatus('running')
      console.log('ready')
      setInterval(() => {}, 1000)`)
    await new Promise((resolve) => child.stdout!.once('data', resolve))
    expect(() => RunWriter.open(directory)).toThrow(expect.objectContaining({ code: 'run-busy' }))
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    RunWriter.open(directory).close()
  })

  it('keeps a whole log on a full disk, and goes on when there is room again', async () => {
    const directory = newRun()
    const { output, errors } = await runScript(
      `${openScript(directory)}
      for (let step = 0; ; step++) {
        try { writer.append({ type: 'step', phase: 'search', step, loss: 0.5 }) }
        catch (error) { console.log(error.code, error.cause.code, writer.lastSeq, step - 1); break }
      }`,
      { largestFileKiB: 4 },
    )
    expect(errors).toBe('')
    const [code, cause, lastSeq, written] = output.trim().split(' ')
    expect([code, cause, lastSeq]).toEqual(['data-folder-unwritable', 'EFBIG', written])
    const log = readFileSync(join(directory, 'events.ndjson'), 'utf8')
    expect(log.endsWith('\n')).toBe(true)
    expect(readEvents(directory).at(-1)!.seq).toBe(Number(lastSeq))
    const writer = RunWriter.open(directory)
    writer.append(stepOf(0))
    writer.close()
    expect(readEvents(directory).length).toBe(Number(lastSeq) + 2)
  })

  it('keeps the older checkpoint when there is no room for a new one', async () => {
    const directory = newRun()
    const writer = RunWriter.open(directory)
    writer.saveCheckpoint({ tensors: weightsOf(1), meta: { epoch: 1 } })
    writer.close()
    const { output } = await runScript(
      `${openScript(directory)}
      const weights = { shape: [5000], data: new Float32Array(5000) }
      try { writer.saveCheckpoint({ tensors: { weights }, meta: { epoch: 2 } }) } catch (error) { console.log(error.code) }`,
      { largestFileKiB: 8 },
    )
    expect(output).toBe('data-folder-unwritable\n')
    expect(filesBelow(join(directory, 'checkpoints'))).toEqual(['000001.safetensors'])
    const next = RunWriter.open(directory)
    expect(next.resume().checkpoint).toMatchObject({ meta: { epoch: 1 }, damaged: [] })
    next.close()
  })

  it('says so when the run has been removed', () => {
    const directory = newRun()
    const writer = RunWriter.open(directory)
    rmSync(directory, { recursive: true })
    expect(() => writer.writeResult({})).toThrow(expect.objectContaining({ code: 'data-folder-unwritable' }))
    expect(() => RunWriter.open(directory)).toThrow(expect.objectContaining({ code: 'run-not-found' }))
    writer.close()
  })
})
