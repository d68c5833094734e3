import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { PhaseName, RunEvent } from '#contract/run/events.ts'
import type { WorkerMessage } from '#contract/messages.ts'
import { stream, type Random } from '#worker/random.ts'
import {
  effectiveEvents,
  readConfig,
  readEvents,
  readResult,
  readStatus,
} from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { essenceOf } from '../../fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const kills = 100
/** Runs that are killed at the same time, one a core. */
const lanes = 2

const program = fileURLToPath(new URL('../../../src-worker/shapwright-worker.js', import.meta.url))
/** The worker's clock runs 3,000 times as fast, so that checkpoints come due in the middle of epochs as well. */
const hurry =
  'data:text/javascript,const now = Date.now; const begun = now(); Date.now = () => begun + 3000 * (now() - begun)'

const root = folderForAll()
const table = writeVectorTable(join(root, 'data'))
const configOf = (seed: number) =>
  smallConfig(table, {
    seed,
    backbones: {
      left: { kind: 'maxout', units: [6, 4], epochs: 3, batchSize: 16 },
      right: { kind: 'maxout', units: [6, 4], epochs: 3, batchSize: 16 },
    },
    space: { cells: 1, steps: 1, channels: 4, length: 4, operations: ['sum', 'glu', 'sparse_glu'] },
    search: { epochs: 3, batchSize: 16 },
    training: { epochs: 2, batchSize: 16, repetitions: 1 },
  })

/** A new run in a data folder of its own, caches included. */
function newRun(folder: string, seed: number) {
  const dataDir = join(root, folder)
  mkdirSync(join(dataDir, 'runs'), { recursive: true })
  return { dataDir, directory: createRun(join(dataDir, 'runs'), configOf(seed)).directory }
}

type NewRun = ReturnType<typeof newRun>

/** Executes a run, to its end or until it has told of so many events and so many more milliseconds have passed. */
async function execute(
  { dataDir, directory }: NewRun,
  death?: { events: number; delayMs: number },
): Promise<{ killed: boolean }> {
  const child = fork(program, [], {
    execArgv: ['--import', hurry],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  let told = 0
  const strike = () => void sleep(death!.delayMs).then(() => child.kill('SIGKILL'))
  child.on('message', (message) => {
    if ((message as WorkerMessage).type === 'event' && ++told === death?.events) strike()
  })
  child.send({ type: 'run', directory, dataDir })
  if (death?.events === 0) strike()
  const [, signal] = await exit
  return { killed: signal === 'SIGKILL' }
}

/** What a run was doing when its log ended there; the part before the first event of a process is its start. */
function placeOf(last: RunEvent | undefined): PhaseName | 'start' {
  if (!last || last.type === 'resumed') return 'start'
  if ('phase' in last) return last.phase
  if (last.type === 'backbone-epoch' || last.type === 'backbone') return 'backbones'
  if (last.type === 'space' || last.type === 'search-epoch') return 'search'
  if (['searched', 'model-epoch', 'model'].includes(last.type)) return 'training'
  return ['started', 'dataset', 'plan'].includes(last.type) ? 'dataset' : 'export'
}

/** Everything that a killed run leaves can be read, and what it had finished is still there. */
function checkReadable({ directory }: NewRun, seed: number): RunEvent[] {
  expect(readConfig(directory)).toEqual(configOf(seed))
  expect(['queued', 'running', 'done']).toContain(readStatus(directory).state)
  const events = readEvents(directory)
  const epochs = effectiveEvents(events).flatMap((event) =>
    event.type === 'search-epoch' ? [event.epoch] : [],
  )
  expect(epochs).toEqual(epochs.map((_, i) => i))
  return events
}

/** A death within the next third of the run, at any moment between two events. */
const drawDeath = (draws: Random) => ({ events: draws.integer(20), delayMs: 60 * draws.next() ** 2 })

const modelsOf = ({ directory }: NewRun) =>
  readdirSync(join(directory, 'models')).map((file) => [
    file,
    readFileSync(join(directory, 'models', file)).toString('base64'),
  ])

it(`runs that are killed ${kills} times, at any moment, each come to the same end`, async () => {
  const struck = new Map<string, number>()
  const left = new Set(Array.from({ length: kills }, (_, i) => i))
  let nextSeed = 1
  const runLane = async () => {
    while (left.size > 0) {
      const seed = nextSeed++
      const [broken, whole] = [newRun(`killed-${seed}`, seed), newRun(`whole-${seed}`, seed)]
      for (;;) {
        const [kill] = left
        left.delete(kill)
        const death = kill === undefined ? undefined : drawDeath(stream(20261120, 'kill', kill))
        const { killed } = await execute(broken, death)
        const place = placeOf(checkReadable(broken, seed).at(-1))
        if (killed) struck.set(place, (struck.get(place) ?? 0) + 1)
        // it came to its end first: another run gets this kill
        else if (kill !== undefined) left.add(kill)
        if (!killed) break
      }
      await execute(whole)
      expect(readStatus(broken.directory)).toMatchObject({ state: 'done', problem: null, process: null })
      expect(essenceOf(broken.directory)).toEqual(essenceOf(whole.directory))
      expect(modelsOf(broken)).toEqual(modelsOf(whole))
      const result = (run: NewRun) => ({ ...(readResult(run.directory) as object), latencyMs: null })
      expect(result(broken)).toEqual(result(whole))
    }
  }
  await Promise.all(Array.from({ length: lanes }, runLane))
  const total = [...struck.values()].reduce((sum, count) => sum + count, 0)
  console.log(`${total} kills in ${nextSeed - 1} runs:`, Object.fromEntries(struck))
  expect(total).toBe(kills)
  for (const place of ['start', 'backbones', 'search', 'training', 'export'])
    expect([place, struck.get(place) ?? 0]).not.toEqual([place, 0])
})
