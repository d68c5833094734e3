import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldEvents } from '#contract/run/state.ts'
import type { RunEvent } from '#contract/run/events.ts'
import {
  effectiveEvents,
  listRuns,
  readConfig,
  readEvents,
  readResult,
  readStatus,
} from '#worker/run-directory/read.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { smallConfig } from './folders.ts'

const stepOf = (step: number) => ({ type: 'step', phase: 'search', step, loss: 1 / (step + 1) }) as const

function runWithSteps(steps: number): { directory: string; log: string } {
  const { directory } = createRun(temporaryFolder(), smallConfig)
  const writer = RunWriter.open(directory)
  for (let step = 0; step < steps; step++) writer.append(stepOf(step))
  writer.close()
  return { directory, log: join(directory, 'events.ndjson') }
}

const damaged = expect.objectContaining({ code: 'run-damaged' })

describe('readEvents', () => {
  it('ignores the last line however little of it was written', () => {
    const { directory, log } = runWithSteps(3)
    const whole = readFileSync(log)
    const lastLine = whole.lastIndexOf('\n', -2) + 1
    for (let length = whole.length - 1; length >= lastLine; length--) {
      truncateSync(log, length)
      expect(readEvents(directory).map(({ seq }) => seq)).toEqual([0, 1])
    }
  })

  it('ignores a tail of zeros, as a lost file system block leaves it', () => {
    const { directory, log } = runWithSteps(2)
    appendFileSync(log, Buffer.alloc(100))
    expect(readEvents(directory).length).toBe(2)
    appendFileSync(log, '\n')
    expect(readEvents(directory).length).toBe(2)
  })

  it.each([
    ['a torn line in the middle', (lines: string[]) => [lines[0], lines[1].slice(0, 20), lines[2]]],
    ['a missing line', (lines: string[]) => [lines[0], lines[2]]],
    ['a line of another kind', (lines: string[]) => [...lines, '{"seq":3,"at":0,"type":"unheard-of"}']],
    ['a line that lacks a field', (lines: string[]) => [...lines, '{"seq":3,"at":0,"type":"step"}']],
  ])('does not overlook %s', (_, change) => {
    const { directory, log } = runWithSteps(3)
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, 3)
    writeFileSync(
      log,
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    )
    expect(() => readEvents(directory)).toThrow(damaged)
  })

  it('has nothing to read in a new run', () => {
    expect(readEvents(runWithSteps(0).directory)).toEqual([])
  })
})

describe('effectiveEvents', () => {
  /** Logs of runs that were resumed any number of times, at any checkpoint. */
  const log = fc.array(fc.option(fc.nat(100), { freq: 4 }), { maxLength: 40 }).map((moves) =>
    moves.map((back, seq): RunEvent => {
      const body =
        back === null ? stepOf(seq) : { type: 'resumed' as const, afterSeq: Math.max(-1, seq - 1 - back) }
      return { seq, at: 0, ...body }
    }),
  )

  it('keeps exactly what the fold keeps', () =>
    fc.assert(
      fc.property(log, (events) => {
        const kept = effectiveEvents(events)
        const { byType } = foldEvents(events)
        expect(kept.filter(({ type }) => type === 'step')).toEqual(byType.step)
        expect(kept.filter(({ type }) => type === 'resumed')).toEqual(byType.resumed)
        expect(effectiveEvents(kept)).toEqual(kept)
      }),
    ))

  it('drops what came after the checkpoint, and what an earlier resume had written since', () => {
    const resumed = (seq: number, afterSeq: number): RunEvent => ({ seq, at: 0, type: 'resumed', afterSeq })
    const step = (seq: number): RunEvent => ({ seq, at: 0, ...stepOf(seq) })
    const events = [step(0), step(1), step(2), resumed(3, 1), step(4), resumed(5, 0), step(6)]
    expect(effectiveEvents(events).map(({ seq }) => seq)).toEqual([0, 3, 5, 6])
  })
})

describe('reading a run', () => {
  it('finds configuration, status and result', () => {
    const { directory } = createRun(temporaryFolder(), smallConfig, 5000)
    expect(readConfig(directory)).toEqual(smallConfig)
    expect(readStatus(directory)).toMatchObject({
      state: 'queued',
      createdAt: 5000,
      process: null,
      problem: null,
    })
    expect(readResult(directory)).toBeNull()
    const writer = RunWriter.open(directory)
    writer.writeResult({ score: 0.7 })
    writer.close()
    expect(readResult(directory)).toEqual({ score: 0.7 })
  })

  it('says which run or file is wrong', () => {
    const { directory } = runWithSteps(0)
    expect(() => readStatus(join(directory, 'none'))).toThrow(
      expect.objectContaining({ code: 'run-not-found' }),
    )
    writeFileSync(join(directory, 'status.json'), '{"state":')
    expect(() => readStatus(directory)).toThrow(damaged)
    writeFileSync(join(directory, 'status.json'), '{"schemaVersion":1,"state":"asleep"}')
    expect(() => readStatus(directory)).toThrow(damaged)
    writeFileSync(join(directory, 'result.json'), '')
    expect(() => readResult(directory)).toThrow(damaged)
    writeFileSync(join(directory, 'config.json'), '{"seed":"one"}')
    expect(() => readConfig(directory)).toThrow(expect.objectContaining({ code: 'bad-configuration' }))
  })

  it('lists runs by creation and nothing else', () => {
    const runsDir = temporaryFolder()
    const ids = [3000, 1000, 2000].map((at) => createRun(runsDir, smallConfig, at).id)
    mkdirSync(join(runsDir, '.unfinished-x'))
    writeFileSync(join(runsDir, 'notes'), '')
    expect(listRuns(runsDir)).toEqual([ids[1], ids[2], ids[0]])
    expect(listRuns(join(runsDir, 'none'))).toEqual([])
  })
})
