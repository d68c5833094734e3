import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { exporterNames, exportOptions } from '#contract/export.ts'
import { foldEvents, latest, scoreTable } from '#contract/run/state.ts'
import { exportRun } from '#worker/export/export-run.ts'
import { readCheckpoint } from '#worker/run-directory/checkpoint.ts'
import { effectiveEvents, readEvents, readResult, readStatus } from '#worker/run-directory/read.ts'
import { runWorker } from '../../fixtures/run-worker.ts'
import { writeVectorTable } from '../../fixtures/small-run.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const golden = fileURLToPath(new URL('../../golden/', import.meta.url))
const named = (beginning: string) => readdirSync(golden).filter((name) => name.startsWith(beginning))

/** A copy of a golden run in a data folder of its own, on its table. */
function copyOf(name: string): { dataDir: string; directory: string } {
  const dataDir = temporaryFolder()
  const directory = join(dataDir, 'runs', name)
  mkdirSync(join(dataDir, 'runs'))
  cpSync(join(golden, name), directory, { recursive: true })
  const config = join(directory, 'config.json')
  const table = writeVectorTable(join(dataDir, 'table'))
  writeFileSync(config, readFileSync(config, 'utf8').replace('"vectors.csv"', JSON.stringify(table)))
  return { dataDir, directory }
}

describe.each(named('run-v').filter((name) => name !== 'run-v1'))('the finished run %s', (name) => {
  it('is exported by every exporter of today', async () => {
    const { dataDir, directory } = copyOf(name)
    const folder = join(dataDir, 'exported')
    const request = { exporters: [...exporterNames], options: exportOptions.parse({}) }
    const hooks = { dataDir, signal: new AbortController().signal, report: () => {} }
    const { parts } = await exportRun({ ...request, directory, folder }, hooks)
    expect(parts.map(({ exporter }) => exporter)).toEqual([...exporterNames])
    expect(parts.every(({ files }) => files.length > 0)).toBe(true)
  })
})

describe.each(named('paused-v'))('the paused run %s', (name) => {
  it('goes on from its checkpoint in the middle of the search and comes to its end', async () => {
    const { dataDir, directory } = copyOf(name)
    const before = foldEvents(readEvents(directory))
    const { afterSeq, meta } = readCheckpoint(directory)!
    expect(readStatus(directory)).toMatchObject({ state: 'paused', process: null })
    expect(meta).toMatchObject({ stage: 'search' })
    expect(before.byType['search-epoch'].length).toBeGreaterThan(0)
    expect(latest(before, 'searched')).toBeUndefined()
    await runWorker({ directory, dataDir })
    expect(readStatus(directory)).toMatchObject({ state: 'done', problem: null })
    const events = effectiveEvents(readEvents(directory))
    expect(events.slice(0, afterSeq + 1)).toEqual(readEvents(join(golden, name)).slice(0, afterSeq + 1))
    expect(scoreTable(foldEvents(readEvents(directory)))).toHaveLength(4)
    expect(readResult(directory)).toMatchObject({ genotype: { space: 'sm-shapnas' } })
  })
})
