import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { DatasetDetails } from '#contract/calls/datasets.ts'
import type { Machine } from '#contract/calls/devices.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { ComparisonReport } from '#contract/compare/report.ts'
import type { DeviceStatus } from '#contract/device.ts'
import { lockDataFolder } from '#main/lock.ts'
import { writeVectorTable } from '../../fixtures/small-run.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { writeWholeRun } from '../sample-runs.ts'
import { runHere } from './run-here.ts'

/** A data folder with two finished runs that differ in a setting and in the seed. */
function twoRuns() {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  const one = writeWholeRun(runsDir, { name: 'one' }, 1_700_000_000_000)
  const other = writeWholeRun(runsDir, { name: 'other', seed: 2, space: { cells: 3 } }, 1_800_000_000_000)
  return { dataDir, runsDir, one, other }
}

/** The one JSON document on standard output. */
async function answerOf<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await runHere(...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

it('list answers the summaries of runs, the newest first', async () => {
  const { dataDir, one, other } = twoRuns()
  const runs = await answerOf<RunSummary[]>('list', '--data-dir', dataDir)
  expect(runs.map(({ id, state, trashed }) => [id, state, trashed])).toEqual([
    [other, 'done', false],
    [one, 'done', false],
  ])
})

it('show says of a finished run whose log was cut short that it was', async () => {
  const { dataDir, runsDir, one } = twoRuns()
  const shown = async () => (await runHere('show', one, '--data-dir', dataDir)).stdout
  expect(await shown()).not.toContain('warning')
  const log = join(runsDir, one, 'events.ndjson')
  const lines = readFileSync(log, 'utf8').split('\n')
  writeFileSync(log, `${lines.slice(0, 3).join('\n')}\n`)
  expect(await shown()).toContain('warning: its log was cut short')
})

it('compare answers scores, what differs, and who is better', async () => {
  const { dataDir, one, other } = twoRuns()
  const report = await answerOf<ComparisonReport>('compare', one, other, '--data-dir', dataDir)
  expect(report.reference).toBe(one)
  expect(report.runs.map(({ letter, id }) => [letter, id])).toEqual([
    ['A', one],
    ['B', other],
  ])
  expect(report.runs[1].difference).toMatchObject({ mean: 0, method: 'Welch' })
  expect(report.settings.map(({ path, values }) => [path, ...values])).toEqual([
    ['seed', '1', '2'],
    ['space.cells', '2', '3'],
  ])

  const { code, stdout } = await runHere('compare', one, other, '--reference', other, '--data-dir', dataDir)
  expect(code).toBe(0)
  expect(stdout).toContain(report.verdict.sentence.slice(0, 12))
  expect(stdout).toMatch(/^ {2}run +derived .*derived − B +how$/m)
  expect(stdout).toMatch(/^ {2}A +0\.720 ± 0\.028 \(n = 2\) .*\[−\d\.\d{3}, \+\d\.\d{3}\] +Welch$/m)
  expect(stdout).toMatch(/^ {2}space\.cells +2 +3$/m)
  expect(stdout).toContain('The architectures are equal.')
})

it('compare refuses a run beside itself, and a reference that is not among the runs', async () => {
  const { dataDir, runsDir, one, other } = twoRuns()
  const third = writeWholeRun(runsDir, {}, 1_900_000_000_000)
  for (const [args, reason] of [
    [[one, one], 'name two to 20 different runs'],
    [[one, other, '--reference', third], 'it is none of the compared runs'],
  ] as const) {
    const { code, stdout, stderr } = await runHere('compare', ...args, '--data-dir', dataDir)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(reason)
  }
})

it('runs go to the trash and back, and for good only from there', async () => {
  const { dataDir, one, other } = twoRuns()
  const at = ['--data-dir', dataDir]
  expect(await answerOf('trash', one, ...at)).toEqual({ done: [one], refused: [] })
  expect(
    (await answerOf<RunSummary[]>('list', '--trashed', ...at)).map(({ id, trashed }) => [id, trashed]),
  ).toEqual([[one, true]])
  expect(await answerOf('restore', one, ...at)).toEqual({ done: [one], refused: [] })
  const refused = await runHere('erase', other, ...at)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain(`no run of the trash of ${dataDir} begins like this`)
  await answerOf('trash', one, other, ...at)
  expect((await runHere('erase', one, ...at)).stdout).toBe(`${one} is erased\n`)
  expect(existsSync(join(dataDir, 'trash', one))).toBe(false)
  expect(await answerOf('rebuild-index', ...at)).toEqual({ indexed: 1, damaged: [] })
  expect((await runHere('rebuild-index', ...at)).stdout).toBe('The index holds 1 run.\n')
})

it('what changes the index waits for no window: it is refused while one is open', async () => {
  const { dataDir, one } = twoRuns()
  const lock = await lockDataFolder(dataDir)
  for (const args of [['trash', one], ['backup'], ['rebuild-index'], ['datasets'], ['diagnostics']]) {
    const { code, stderr } = await runHere(...args, '--data-dir', dataDir)
    expect({ code, told: stderr.includes('Another Shapwright is using the data folder') }).toEqual({
      code: 2,
      told: true,
    })
  }
  for (const args of [['list'], ['show', one], ['study', 'list']])
    expect((await runHere(...args, '--data-dir', dataDir)).code).toBe(0)
  await lock.release()
})

it('import copies what is new, and says what was here already and what was refused', async () => {
  const { dataDir, runsDir, one, other } = twoRuns()
  const fresh = temporaryFolder()
  const from = (...ids: string[]) => ids.map((id) => ({ id, from: id }))
  expect(await answerOf('import', join(runsDir, one), '--data-dir', fresh)).toEqual({
    imported: from(one),
    present: [],
    refused: [],
  })
  expect(await answerOf('import', dataDir, '--data-dir', fresh)).toEqual({
    imported: from(other),
    present: from(one),
    refused: [],
  })
  expect(await answerOf<RunSummary[]>('list', '--data-dir', fresh)).toHaveLength(2)
})

it('datasets come into the library with a report, and are found by name', async () => {
  const dataDir = temporaryFolder()
  const table = writeVectorTable(temporaryFolder(), 60)
  const columns = ['--vector', 'left', '--vector', 'right', '--label', 'label']
  const added = await runHere('datasets', 'add', table, ...columns, '--name', 'mine', '--data-dir', dataDir)
  expect(added.stdout).toMatch(
    /Dataset vectors: 60 samples, 3 classes[^]*Rows: 60, usable 60[^]*In the library as/,
  )
  const listed = await runHere('datasets', '--data-dir', dataDir)
  expect(listed.stdout).toMatch(/^[0-9a-f]{12} +mine +60 +3 +as imported +0 +–$/m)
  const details = await answerOf<DatasetDetails>('datasets', 'show', 'mine', '--data-dir', dataDir)
  expect(details).toMatchObject({ name: 'mine', report: { usable: 60 }, spec: { path: table } })
})

it('devices says of each whether it can be used', async () => {
  const { devices, machine } = await answerOf<{ devices: DeviceStatus[]; machine: Machine }>(
    'devices',
    '--data-dir',
    temporaryFolder(),
  )
  expect(devices.map(({ device }) => device)).toEqual(['cuda', 'webgpu', 'cpu'])
  expect(devices.at(-1)).toMatchObject({ available: true, reason: '' })
  expect(devices.filter(({ available, reason }) => available === (reason !== ''))).toEqual([])
  expect(machine.cores).toBeGreaterThan(0)
})

it('backup copies the index', async () => {
  const { dataDir } = twoRuns()
  const { file } = await answerOf<{ file: string }>('backup', '--data-dir', dataDir)
  expect(existsSync(join(dataDir, 'backups', file))).toBe(true)
})
