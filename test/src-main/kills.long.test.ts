import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CallArguments } from '#contract/calls.ts'
import { readCheckpoint } from '#worker/run-directory/checkpoint.ts'
import { effectiveEvents, livenessOf, readEvents, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { grantFile } from '../fixtures/grant-file.ts'
import { essenceOf, runWorker } from '../fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../fixtures/small-run.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { HostProcess } from './host-process.ts'
import { allRuns } from '../fixtures/all-runs.ts'

const kills = 20
const seeds = [1, 2, 3, 4]

let dataDir: string
let host: HostProcess
beforeEach(() => (dataDir = temporaryFolder()))
afterEach(() => host.end('SIGKILL'))

const configOf = (seed: number) =>
  smallConfig(writeVectorTable(join(dataDir, 'table')), {
    name: `seed ${seed}`,
    seed,
    search: { epochs: 12, batchSize: 16 },
  })
/** A window names only what it was shown. */
async function start(seed: number): Promise<string> {
  const config = configOf(seed)
  const files = {
    'files.roots': () => host.call('files.roots'),
    'files.browse': (...args: CallArguments<'files.browse'>) => host.call('files.browse', ...args),
  }
  await grantFile(files, 'Data folder', 'table', 'vectors.csv')
  return await host.call('runs.start', config)
}
const directoryOf = (id: string) => join(dataDir, 'runs', id)

/** Search epochs that the newest checkpoint of a run covers. */
function finishedEpochs(id: string): number {
  const covered = readCheckpoint(directoryOf(id))?.afterSeq ?? -1
  const events = effectiveEvents(readEvents(directoryOf(id)))
  return events.filter(({ type, seq }) => type === 'search-epoch' && seq <= covered).length
}

const allEpochs = (id: string) =>
  effectiveEvents(readEvents(directoryOf(id))).flatMap((event) =>
    event.type === 'search-epoch' ? [event.epoch] : [],
  )

/** Waits until no worker is on a run any more that a killed host has left. */
async function orphansEnd(ids: readonly string[]): Promise<void> {
  const isHeld = (id: string) => {
    const { process: holder } = readStatus(directoryOf(id))
    return holder !== null && livenessOf(holder) === 'alive'
  }
  while (ids.some(isHeld)) await sleep(50)
}

async function resumeStopped(): Promise<void> {
  const { rows: runs } = await host.call('runs.query', allRuns)
  for (const { id, state } of runs) {
    expect(['queued', 'running', 'interrupted', 'failed', 'done']).toContain(state)
    if (state === 'interrupted' || state === 'failed') await host.call('runs.resume', id)
  }
}

it('the real host and its workers lose nothing when they are killed, and all runs come to their end', async () => {
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ slots: 2 }))
  host = await HostProcess.open(dataDir)
  const ids = await Promise.all(seeds.map(start))
  const finished = new Map(ids.map((id) => [id, 0]))
  const checkNothingLost = () => {
    for (const id of ids) {
      const epochs = allEpochs(id)
      expect(epochs).toEqual(epochs.map((_, i) => i))
      expect(epochs.length).toBeGreaterThanOrEqual(finished.get(id)!)
      finished.set(id, Math.max(finished.get(id)!, finishedEpochs(id)))
    }
  }
  const problems: unknown[] = []
  for (let kill = 0; kill < kills; kill++) {
    await sleep(200 + Math.random() * 2500)
    const running = (await host.call('queue.get')).slots.flatMap(({ run }) => run ?? [])
    expect(running.length).toBeLessThanOrEqual(2)
    for (const id of ids) finished.set(id, Math.max(finished.get(id)!, finishedEpochs(id)))
    const holder = running.map((id) => readStatus(directoryOf(id)).process).find((found) => found !== null)
    if (kill % 2 === 0 || !holder) {
      await host.end('SIGKILL')
      host = await HostProcess.open(dataDir)
      await orphansEnd(ids)
      // Workers notice, and stop at a checkpoint by themselves.
      problems.push(...running.map((id) => readStatus(directoryOf(id)).problem?.code))
    } else process.kill(holder.pid, 'SIGKILL')
    checkNothingLost()
    await sleep(300)
    await resumeStopped()
  }
  expect(problems).not.toContain('worker-died')
  while ((await host.call('runs.query', allRuns)).rows.some(({ state }) => state !== 'done')) {
    await sleep(500)
    await resumeStopped()
  }
  checkNothingLost()
  await host.end('SIGTERM')
  for (const [i, seed] of seeds.entries()) {
    const { directory } = createRun(join(dataDir, 'undisturbed'), configOf(seed))
    await runWorker({ directory, dataDir })
    expect(essenceOf(directoryOf(ids[i]))).toEqual(essenceOf(directory))
  }
})

it('a second host on the data folder says who has it, also under load, and gets it when the first is killed', async () => {
  host = await HostProcess.open(dataDir)
  await start(1)
  const second = HostProcess.spawn(dataDir)
  const complaint: string[] = []
  second.stderr!.on('data', (chunk: Buffer) => complaint.push(chunk.toString()))
  expect(await once(second, 'exit')).toEqual([2, null])
  expect(complaint.join('')).toContain(`process ${host.child.pid} on`)
  expect((await host.call('runs.query', allRuns)).rows.map(({ state }) => state)).not.toContain('interrupted')
  await host.end('SIGKILL')
  host = await HostProcess.open(dataDir)
  expect((await host.call('runs.query', allRuns)).rows).toHaveLength(1)
})

it('what was kept goes on without the host, and the next one follows it to the same end', async () => {
  host = await HostProcess.open(dataDir, '--keep')
  const id = await start(5)
  while (readStatus(directoryOf(id)).state !== 'running') await sleep(50)
  await host.end('SIGTERM')
  const { process: holder } = readStatus(directoryOf(id))
  const before = readEvents(directoryOf(id)).length
  await sleep(1000)
  expect(livenessOf(holder!)).toBe('alive')
  expect(readEvents(directoryOf(id)).length).toBeGreaterThan(before)
  host = await HostProcess.open(dataDir)
  expect((await host.call('queue.get')).slots).toEqual([{ device: 'cpu', run: id }])
  while (readStatus(directoryOf(id)).state === 'running') await sleep(200)
  expect(readStatus(directoryOf(id))).toMatchObject({ state: 'done', problem: null })
  expect(readEvents(directoryOf(id)).filter(({ type }) => type === 'resumed')).toEqual([])
})
