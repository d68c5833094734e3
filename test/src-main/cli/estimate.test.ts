import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { useOf } from '#worker/run-directory/use.ts'
import type { Revaluation } from '#contract/shapley/valuation.ts'
import { revaluations } from '#worker/run-directory/valuations.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from '../../src-worker/run/run-to-end.ts'
import { startCommand, words, type Ended } from './command.ts'
import { runHere } from './run-here.ts'

const root = folderForAll()
const dataDir = join(root, 'shapwright')
let directory: string

beforeAll(async () => {
  const config = smallConfig(writeVectorTable(join(root, 'data')), {
    space: { cells: 1, steps: 1, channels: 4, length: 4, operations: ['sum', 'glu', 'sparse_glu'] },
    search: { epochs: 2, batchSize: 16 },
    training: { epochs: 1, batchSize: 16, repetitions: 1 },
  })
  directory = await runToEnd(dataDir, config)
}, 300_000)

const estimate = (options: string): Promise<Ended> =>
  runHere('estimate', '2', ...words(options).filter(Boolean), '--data-dir', dataDir)

describe('estimate', () => {
  it('values the supernet again and says how sure that is, beside what the search found', async () => {
    const { code, stdout } = await estimate('--estimator kernel --evaluations 120 --samples all')
    expect(code).toBe(0)
    expect(stdout).toMatch(/search epoch 2, valued by kernel from 1\d\d coalitions on 24 validation samples/)
    expect(stdout).toMatch(/ended because its evaluations are spent/)
    expect(stdout).toMatch(/cell0\/node0\/op\/glu +\S+ \[\S+, \S+\] +\d+ +\S+/)
    expect(stdout).toMatch(/Rank correlation with the search's own φ \(Spearman\): −?-?\d\.\d\d/)
  })

  it('answers one document for other programs, which is what lies in the run', async () => {
    const { stdout } = await estimate('--json --estimator antithetic --permutations 3')
    const made = JSON.parse(stdout)
    expect(made).toMatchObject({ version: 1, request: { estimator: 'antithetic', permutations: 3 } })
    expect(made).toEqual(revaluations.read(directory).records[0])
  })

  it('says where an estimator takes more coalitions than it was allowed', async () => {
    const { stdout } = await estimate('--estimator kernel --evaluations 2')
    expect(stdout).toMatch(/are spent, of which kernel takes more than the 2 that were asked for\./)
    expect((await estimate('--estimator kernel --evaluations 120')).stdout).toContain('are spent.')
  })

  it('ends permutations early where it is told to', async () => {
    const evaluationsAt = async (threshold: string) => {
      const line = `--estimator early-truncation --metric cross-entropy --permutations 8 --threshold ${threshold} --json`
      const { request, result } = JSON.parse((await estimate(line)).stdout) as Revaluation
      expect(request.threshold).toBe(Number(threshold))
      return result.evaluations
    }
    expect(await evaluationsAt('1')).toBeLessThan(await evaluationsAt('0'))
  })

  it('names what its points are of', async () => {
    expect((await estimate('--permutations 2')).stdout).toContain('points of the validation accuracy')
    const { stdout } = await estimate('--permutations 2 --metric cross-entropy')
    expect(stdout).toContain('points of the validation exp(−cross-entropy)')
  })

  it('lists what was found, and removes it', async () => {
    const [{ id }] = revaluations.read(directory).records
    expect((await estimate('--list')).stdout).toContain(id)
    expect((await estimate(`--show ${id}`)).stdout).toMatch(
      new RegExp(`^The supernet of[^]*Kept as ${id}\n$`),
    )
    expect((await estimate(`--remove ${id}`)).stdout).toContain(`Removed ${id}`)
    expect((await estimate('--list')).stdout).not.toContain(id)
  })

  it('takes no more samples than there are, and says so', async () => {
    const { code, stdout, stderr } = await estimate('--permutations 2 --samples 5000')
    expect(code).toBe(0)
    expect(stderr).toContain('The validation split has 24 samples: all of them were taken, not 5000.')
    expect(stdout).toContain('on 24 validation samples')
    expect((await estimate('--permutations 2 --samples 24')).stderr).not.toContain('The validation split')
    expect((await estimate('--permutations 2')).stderr).not.toContain('The validation split')
  })

  it('lists the others where one is damaged, and names it', async () => {
    await estimate('--permutations 2')
    const [{ id }] = revaluations.read(directory).records
    const broken = join(directory, 'valuations', 'broken.json')
    writeFileSync(broken, '{')
    const { code, stdout, stderr } = await estimate('--list')
    rmSync(broken)
    expect({ code, named: stderr.includes(broken) }).toEqual({ code: 0, named: true })
    expect(stdout).toContain(id)
  })

  it('holds its run meanwhile, and keeps nothing when Ctrl+C stops it', { timeout: 60_000 }, async () => {
    const before = revaluations.read(directory).records
    const endless = words('--estimator permutation --permutations 10000 --samples all')
    const command = startCommand(['estimate', '2', ...endless, '--data-dir', dataDir])
    await vi.waitUntil(() => useOf(directory) !== null, { timeout: 30_000 })
    const trashed = await runHere('trash', '2', '--data-dir', dataDir)
    expect(trashed.code).toBe(2)
    expect(trashed.stderr).toMatch(/Another process is working on the run.*values its supernet again/)
    command.child.kill('SIGINT')
    const { code, stderr } = await command.ended
    expect({ code, told: stderr.includes('Stopped. Nothing was kept.') }).toEqual({ code: 130, told: true })
    expect(useOf(directory)).toBeNull()
    expect(revaluations.read(directory).records).toEqual(before)
  })

  it.each([
    ['--estimator guess', '--estimator'],
    ['--evaluations many', 'it takes a whole number'],
    ['--samples many', 'it takes a whole number, or all'],
    ['--standard-error low', 'it takes a number, such as 0.01'],
    ['--standard-error 0', '--standard-error'],
    ['--samples 3', '--samples'],
    ['--seed=', '--seed'],
    ['--samples 0x10', '--samples'],
    ['--remove nothing', 'none begins like this'],
    ['--estimator kernel --tolerance 0.1', 'only truncated reads it, not kernel'],
    ['--threshold 0.1', 'only early-truncation reads it, not grouped'],
    ['--estimator early-truncation --threshold half', 'it takes a number'],
  ])('refuses %s and says why', async (options, reason) => {
    const { code, stderr } = await estimate(options)
    expect(stderr).toContain(reason)
    expect(code).toBe(2)
  })
})
