import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { writeWholeRun } from '../sample-runs.ts'
import { runCommand, words } from './command.ts'

/** A finished run without models, and the command line over its data folder. */
function finishedRun() {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  const id = writeWholeRun(runsDir)
  const run = (...args: string[]) => runCommand(['export', id.slice(0, 8), ...args, '--data-dir', dataDir])
  return { dataDir, exports: join(runsDir, id, 'exports'), run }
}

describe('export', () => {
  it('writes what is asked for to the folder that is named, and says how it was checked', async () => {
    const { dataDir, run, exports } = finishedRun()
    const to = join(dataDir, 'out', 'here')
    const { code, stdout, stderr } = await run('--as', 'genotype,svg', '--to', to, '--epoch', '1')
    expect({ code, stderr: stderr.replace(/\d+ % .*\n/g, '') }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Genotype \(.*\): read back; operations: sum/)
    expect(stdout).toContain(`Written to ${to}`)
    expect(readdirSync(to).sort()).toEqual(['export.json', 'genotype', 'svg'])
    expect(JSON.parse(readFileSync(join(to, 'genotype', 'genotype.json'), 'utf8'))).toMatchObject({
      epoch: 1,
    })
    expect(readdirSync(exports)).toEqual([])
  })

  it("writes into the run's exports, under the moment, when no folder is named", async () => {
    const { run, exports } = finishedRun()
    expect((await run('--as', 'genotype')).code).toBe(0)
    expect(readdirSync(exports)).toEqual([expect.stringMatching(/^\d{8}-\d{6}$/)])
  })

  it('refuses what cannot be, says why, and writes nothing', async () => {
    const { run, exports } = finishedRun()
    const refused = [
      ['--as genotype,pdf', '"pdf" is none of onnx, pytorch'],
      ['--as genotype --epoch 0', 'counted from 1'],
      ['--as report', 'the run has not read its data yet'],
      ['--as genotype --epoch 99', 'the run has 2 search epochs, counted from 1'],
      ['--as genotype --repetition 3', 'the run has 2 trained repetitions, counted from 1'],
    ]
    const outcomes = await Promise.all(refused.map(([args]) => run(...words(args))))
    for (const [i, { code, stderr }] of outcomes.entries()) {
      expect(stderr).toContain(refused[i][1])
      expect(code).toBe(2)
    }
    expect(readdirSync(exports)).toEqual([])
  })

  it('never writes over what is there', async () => {
    const { dataDir, run } = finishedRun()
    const to = join(dataDir, 'mine')
    mkdirSync(to)
    writeFileSync(join(to, 'thesis.txt'), 'precious')
    const { code, stderr } = await run('--as', 'genotype', '--to', to)
    expect({ code, said: stderr.includes('something is there already') }).toEqual({ code: 2, said: true })
    expect(readdirSync(to)).toEqual(['thesis.txt'])
    const file = join(dataDir, 'file')
    writeFileSync(file, 'x')
    expect((await run('--as', 'genotype', '--to', file)).code).toBe(2)
    expect(existsSync(file)).toBe(true)
  })
})
