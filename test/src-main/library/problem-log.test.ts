import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { ProblemLog } from '#main/library/problem-log.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const problem = (detail: string): ProblemReport => new Problem('worker-died', 'run-1', detail).report()

function openLog(dataDir = temporaryFolder()) {
  const told: ProblemReport[] = []
  const log = new ProblemLog(dataDir, (report) => told.push(report))
  const file = join(dataDir, 'logs', 'problems.ndjson')
  const lines = () =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ProblemReport & { at: number })
  return { dataDir, log, told, file, lines }
}

describe('the log of problems', () => {
  it('tells each problem and writes it down with its time', () => {
    const { log, told, lines } = openLog()
    log.report(problem('exit code 3'), 1000)
    expect(told).toEqual([problem('exit code 3')])
    expect(lines()).toEqual([{ at: 1000, ...problem('exit code 3') }])
  })

  it('writes a problem that repeats once a minute, and tells it every time', () => {
    const { log, told, lines } = openLog()
    for (const at of [0, 2000, 59_000, 60_000, 61_000]) log.report(problem('again'), at)
    log.report(problem('another'), 61_000)
    expect(lines().map(({ at }) => at)).toEqual([0, 60_000, 61_000])
    expect(told).toHaveLength(6)
  })

  it('never grows beyond about a megabyte, and keeps the newest', () => {
    const { log, dataDir, lines, file } = openLog()
    const size = (name: string) => statSync(join(dataDir, 'logs', name)).size
    for (let i = 0; i < 2500; i++) log.report(problem(`${i} ${'x'.repeat(500)}`), i)
    expect(size('problems.ndjson') + size('problems.1.ndjson')).toBeLessThan(1.1 * 1024 * 1024)
    expect(lines().at(-1)?.detail).toMatch(/^2499 /)
    const before = JSON.parse(
      readFileSync(file.replace('.ndjson', '.1.ndjson'), 'utf8').trim().split('\n').at(-1)!,
    )
    expect(Number(before.detail.split(' ')[0])).toBe(Number(lines()[0].detail.split(' ')[0]) - 1)
  })

  it('says so when it cannot be written, and goes on telling', () => {
    const { log, told, dataDir } = openLog()
    writeFileSync(join(dataDir, 'logs'), 'a file in the place of the folder')
    log.report(problem('a'))
    log.report(problem('b'))
    expect(told.map(({ code }) => code)).toEqual([
      'worker-died',
      'data-folder-unwritable',
      'worker-died',
      'data-folder-unwritable',
    ])
  })
})
