import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { OpenRun } from '#main/runs/open-run.ts'
import { executeRun } from '#worker/run/run.ts'
import { readCheckpoint } from '#worker/run-directory/checkpoint.ts'
import { listRuns, readConfig, readEvents, readResult, readStatus } from '#worker/run-directory/read.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { watchFiles } from '../../fixtures/broken-disk.ts'
import { essenceOf } from '../../fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll, memory } from '../../fixtures/temporary-folder.ts'

const root = folderForAll(memory)
const config = smallConfig(writeVectorTable(join(root, 'table')), {
  backbones: {
    left: { kind: 'maxout', units: [6, 4], epochs: 2, batchSize: 16 },
    right: { kind: 'maxout', units: [6, 4], epochs: 2, batchSize: 16 },
  },
  space: { cells: 1, steps: 1, channels: 4, length: 4, operations: ['sum', 'glu', 'sparse_glu'] },
  search: { epochs: 2, batchSize: 16 },
  training: { epochs: 1, batchSize: 16, repetitions: 1 },
})

/** What a death right after one file operation leaves: the whole data folder, as it then was. */
interface Remains {
  dataDir: string
  operation: string
}

const live = join(root, 'live')
const remains: Remains[] = []
let operations = 0
let reference: string

const execute = (dataDir: string, directory: string) =>
  executeRun({ directory, dataDir, devices: [], send: () => {}, signal: new AbortController().signal })

const varying = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{8}-\d{6}-\d{3}-\w{6}|[0-9a-f]{16,64}|\d+/g
/** `renameSync runs/#/checkpoints/#.safetensors`: # stands for ids, hashes and numbers. */
const kindOf = ({ name, path }: { name: string; path: string }) =>
  `${name} ${relative(live, path).replaceAll(varying, '#')}`

/** Names and contents of everything in a folder. */
function hashOf(folder: string): string {
  const hash = createHash('sha256')
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries.map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const)
  for (const [path, isFile] of paths.toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${relative(folder, path)}\n`).update(isFile ? readFileSync(path) : '')
  return hash.digest('hex')
}

beforeAll(async () => {
  const seen = new Set<string>()
  mkdirSync(join(live, 'runs'), { recursive: true })
  const { directory } = createRun(join(live, 'runs'), config)
  await watchFiles(
    () => execute(live, directory),
    (operation) => {
      operations++
      const hash = hashOf(live)
      if (seen.has(hash)) return
      seen.add(hash)
      const dataDir = join(root, `remains-${operations}`)
      cpSync(live, dataDir, { recursive: true })
      remains.push({ dataDir, operation: kindOf(operation) })
    },
  )
  reference = directory
})

const directoryIn = (dataDir: string) => join(dataDir, 'runs', listRuns(join(dataDir, 'runs'))[0])

/** The dead process has the number of this one, so its claim is made that of an earlier one. */
function bury(directory: string): void {
  for (const file of readdirSync(directory).filter((name) => name.startsWith('claim'))) {
    const content = readFileSync(join(directory, file), 'utf8')
    if (content === '') continue
    const holder = JSON.parse(content) as object
    writeFileSync(join(directory, file), JSON.stringify({ ...holder, startTime: 'earlier' }))
  }
}

it('after every file operation the run can be opened, by the library and by its next worker', () => {
  expect(readStatus(reference).state).toBe('done')
  for (const { dataDir, operation } of remains) {
    const directory = directoryIn(dataDir)
    const opened = new OpenRun(join(dataDir, 'runs'), listRuns(join(dataDir, 'runs'))[0])
    const events = opened.readOn()
    expect([operation, readConfig(directory)]).toEqual([operation, config])
    expect([operation, readCheckpoint(directory)?.damaged ?? []]).toEqual([operation, []])
    expect(events).toEqual(readEvents(reference).slice(0, events.length))
    bury(directory)
    const copy = `${directory}-again`
    cpSync(directory, copy, { recursive: true })
    const writer = RunWriter.open(copy)
    const afterSeq = readCheckpoint(copy)?.afterSeq ?? -1
    expect([operation, writer.resume().event]).toMatchObject([operation, { type: 'resumed', afterSeq }])
    writer.close()
    rmSync(copy, { recursive: true })
  }
})

it('and goes on to the same end', async () => {
  const modelsOf = (directory: string) =>
    readdirSync(join(directory, 'models')).map((file) => [
      file,
      readFileSync(join(directory, 'models', file)).toString('base64'),
    ])
  const resultOf = (directory: string) => ({ ...(readResult(directory) as object), latencyMs: null })
  for (const { dataDir, operation } of remains) {
    const directory = directoryIn(dataDir)
    await execute(dataDir, directory)
    expect([operation, readStatus(directory)]).toMatchObject([operation, { state: 'done', problem: null }])
    expect([operation, essenceOf(directory)]).toEqual([operation, essenceOf(reference)])
    expect([operation, modelsOf(directory)]).toEqual([operation, modelsOf(reference)])
    expect([operation, resultOf(directory)]).toEqual([operation, resultOf(reference)])
    rmSync(dataDir, { recursive: true })
  }
  const kinds = new Set(remains.map(({ operation }) => operation))
  console.log(`${operations} file operations of ${kinds.size} kinds, ${remains.length} different remains`)
})
