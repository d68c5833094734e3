import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Revaluation } from '#contract/shapley/valuation.ts'
import { predictChange } from '#contract/what-if/predicted-change.ts'
import type { WhatIfRecord } from '#contract/what-if/record.ts'
import { describeRecord, type ListedSwap } from '#main/cli/describe-what-if.ts'
import { whatIfs } from '#worker/run-directory/what-ifs.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from '../../src-worker/run/run-to-end.ts'
import { words } from './command.ts'
import { runHere } from './run-here.ts'

const dataDir = join(folderForAll(), 'shapwright')
let directory: string
const id = () => directory.split('/').at(-1)!
const whatif = (line = '') => runHere('whatif', id(), ...words(line).filter(Boolean), '--data-dir', dataDir)

beforeAll(async () => {
  const short = { epochs: 1, batchSize: 16 }
  const config = smallConfig(writeVectorTable(join(dataDir, 'tables')), {
    search: short,
    training: { ...short, repetitions: 1 },
  })
  directory = await runToEnd(dataDir, config)
}, 300_000)

const quickly = '--epochs 1 --repetitions 1'

describe('whatif', () => {
  it('lists every swap with its predicted change when nothing is chosen', async () => {
    const { code, stdout } = await whatif()
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+ swaps of one choice/)
    expect(stdout).toMatch(/cell 0, node 0: \w+ → \w+ +[+−]?\d+\.\d .*cell0\/node0\/op/)
    const listed = JSON.parse((await whatif('--json')).stdout) as ListedSwap[]
    expect(stdout.split('\n').length).toBe(listed.length + 3)
    expect(whatIfs.read(directory).records).toEqual([])
  })

  it('measures one swap, and keeps it in the run', { timeout: 60_000 }, async () => {
    const [{ swap }] = JSON.parse((await whatif('--json')).stdout) as ListedSwap[]
    expect(swap.decision).toBe('cell0/edge')
    const { code, stdout, stderr } = await whatif(`--cell 0 --input ${swap.from}=${swap.to} ${quickly}`)
    expect({ code, stderr: stderr.replaceAll(/\d+ % .*\n/g, '') }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('1 of 1 swaps measured')
    expect(stdout).toContain('(1 epoch, seed by seed)')
    expect(whatIfs.read(directory).records[0].tried.map((one) => one.swap)).toEqual([swap])
  })

  it('measures the operation, the decision and the draw that are named', { timeout: 60_000 }, async () => {
    const listed = JSON.parse((await whatif('--json')).stdout) as ListedSwap[]
    const { swap } = listed.find((one) => one.swap.decision === 'cell1/node0/op')!
    const tried = async (line: string) => {
      const { code, stdout } = await whatif(`${line} ${quickly} --json`)
      expect(code).toBe(0)
      return (JSON.parse(stdout) as WhatIfRecord).tried.map((one) => one.swap)
    }
    expect(await tried(`--cell 1 --operation ${swap.to}`)).toEqual([swap])
    const edges = listed.map((one) => one.swap).filter(({ decision }) => decision === 'cell0/edge')
    expect(await tried('--decision cell0/edge')).toEqual(edges)
    const drawn = await tried('--random 3 --seed 4')
    expect(drawn).toHaveLength(3)
    expect(await tried('--random 3 --seed 4')).toEqual(drawn)
  })

  it('lists what was tried, shows it again, and removes it', async () => {
    const { records } = whatIfs.read(directory)
    const [{ id: newest, tried }] = records
    const listed = (await whatif('--list')).stdout.trim().split('\n')
    expect(listed.slice(1).map((line) => line.split(' ')[0])).toEqual(records.map((record) => record.id))
    expect(listed[1]).toMatch(new RegExp(`${tried.length} of ${tried.length} +1 +1 +drawn$`))
    expect((await whatif(`--show ${newest}`)).stdout).toContain(
      `${tried.length} of ${tried.length} swaps measured`,
    )
    expect(JSON.parse((await whatif(`--show ${newest} --json`)).stdout)).toEqual(records[0])
    expect((await whatif(`--remove ${newest}`)).stdout).toBe(`Removed ${newest}.\n`)
    expect(whatIfs.read(directory).records).toEqual(records.slice(1))
    expect((await whatif(`--show ${newest}`)).stderr).toContain('none begins like this; --list shows them')
  })

  it('predicts by a re-valuation that is named, if its points are the same', async () => {
    const estimate = async (line: string) =>
      JSON.parse(
        (await runHere('estimate', id(), ...words(line), '--json', '--data-dir', dataDir)).stdout,
      ) as Revaluation
    const made = await estimate('--estimator permutation --permutations 2 --seed 9')
    const listed = JSON.parse((await whatif(`--by ${made.id} --json`)).stdout) as ListedSwap[]
    const own = JSON.parse((await whatif('--json')).stdout) as ListedSwap[]
    for (const { swap, predicted } of listed) expect(predicted).toEqual(predictChange(made.result, swap))
    expect(listed).not.toEqual(own)
    const [record] = whatIfs.read(directory).records
    const shown = JSON.parse(
      (await whatif(`--show ${record.id} --by ${made.id} --json`)).stdout,
    ) as WhatIfRecord
    expect(shown.tried.map(({ predicted }) => predicted)).toEqual(
      record.tried.map(({ swap }) => predictChange(made.result, swap)),
    )
    const other = await estimate('--metric macro-f1 --permutations 2')
    expect((await whatif(`--by ${other.id}`)).stderr).toContain(
      'it values macro-f1, and changes are of score',
    )
  })

  it('refuses what cannot be, and says what can', async () => {
    const refused = [
      ['--cell 0 --operation magic', 'possible are: cell 0'],
      ['--operation sum', 'name the cell'],
      ['--cell 0', 'say what to change'],
      ['--cell 0 --operation sum --random 3', 'choose one of them'],
      ['--random none', 'a whole number from 1'],
      ['--decision cell9/edge', 'no choice of this decision'],
      ['--cell 9 --operation sum', 'nothing at cell9 has an alternative; these have: cell0/edge'],
      ['--random 3 --cell 0', 'it goes with --operation or --input'],
      ['--decision cell0/edge --node 0', 'it goes with --operation or --input'],
      ['--epochs 5', 'say what to try'],
      ['--random 3 --epochs=', 'a whole number from 1'],
    ]
    for (const [line, reason] of refused) {
      const { code, stderr } = await whatif(line)
      expect(stderr).toContain(reason)
      expect(code).toBe(2)
    }
    const { directory: fresh } = createRun(join(dataDir, 'runs'), smallConfig('/nowhere.csv'))
    const { code, stderr } = await runHere('whatif', fresh.split('/').at(-1)!, '--data-dir', dataDir)
    expect([code, stderr]).toEqual([2, expect.stringContaining('it has chosen no architecture yet')])
  })
})

it('says how far predictions hold, once there are enough swaps', () => {
  const change = (by: number) => ({
    score: 0.7 + by,
    change: by,
    standardError: 0.01,
    low: by - 0.02,
    high: by + 0.02,
    gained: 3,
    lost: 1,
    repetitions: [by],
  })
  const tried = [-0.02, 0.01, 0.03].map((by, i) => ({
    swap: { decision: 'cell0/node0/op', from: 'sum', to: ['glu', 'concat', 'se_layer'][i] },
    predicted: { change: by, standardError: null, low: null, high: null, errors: 'independent' as const },
    inherited: change(2 * by),
    tuned: change(-by),
    elapsedMs: 4000,
  }))
  const record = {
    tried,
    wanted: 3,
    samples: 643,
    tuning: { epochs: 3, repetitions: 1, seed: 1, learningRate: 0.002 },
    original: { inherited: 0.69, tuned: [0.7], elapsedMs: 4000 },
  } as unknown as WhatIfRecord
  const lines = describeRecord(record)
  expect(lines.join('\n')).toContain('3 of 3 swaps measured, 4 s each')
  expect(lines.find((line) => line.includes('slope'))).toMatch(/\+2\.00 .*−1\.00/)
  expect(lines.find((line) => line.includes('same sign'))).toMatch(/3 of 3 +0 of 3/)
  expect(lines.find((line) => line.includes('Spearman'))).toMatch(/\+1\.00 +−1\.00/)
  expect(describeRecord({ ...record, tried: tried.slice(1) }).at(-1)).toMatch(/Three swaps or more/)
})
