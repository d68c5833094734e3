import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Push, RunDetails } from '#contract/calls.ts'
import type { RunEvent } from '#contract/events.ts'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { effectiveEvents } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import type { Handlers } from './handlers.ts'
import { lockDataFolder } from './lock.ts'
import { packageRoot } from './package-root.ts'
import { OpenRun } from './runs/open-run.ts'
import { RunExecutor } from './runs/run-executor.ts'
import { RunFollower } from './runs/run-follower.ts'
import { openStore } from './store/open.ts'
import { listRuns } from './store/runs.ts'
import { summaryFromRun } from './store/summary.ts'
import type { SpawnWorker } from './workers/spawn-worker.ts'
import { defaultStopDelays, type StopDelays } from './workers/stop-worker.ts'

export interface WorkbenchOptions {
  dataDir: string
  spawnWorker: SpawnWorker
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
  stopDelays?: StopDelays
  /** Milliseconds between two looks at all run directories. */
  scanMs?: number
}

/** The back end of one data folder, under every entry: window, local host and command line. */
export interface Workbench {
  readonly handlers: Handlers
  /** Calls back on every push until the returned function is called. */
  subscribe(listener: (push: Push) => void): () => void
  /** Stops the runs at a checkpoint and leaves the data folder to others. */
  close(): Promise<void>
}

/** A run is read so often at most; each reading makes at most two pushes, so a run makes at most ten a second. */
const readMs = 200

/** @throws Problem `data-folder-locked`, `data-folder-unwritable` */
export async function createWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const { dataDir, spawnWorker, report, stopDelays = defaultStopDelays, scanMs = 2000 } = options
  const runsDir = join(dataDir, 'runs')
  const lock = await lockDataFolder(dataDir)
  const store = await openStore(dataDir).catch(async (error: unknown) => {
    await lock.release()
    throw error
  })
  const listeners = new Set<(push: Push) => void>()
  const push = (told: Push) => listeners.forEach((listener) => listener(told))
  mkdirSync(runsDir, { recursive: true })
  const executor = new RunExecutor({
    dataDir,
    runsDir,
    spawnWorker,
    stopDelays,
    report,
    onChange: (id) => follower.touch(id),
    onSettled: (id) => follower.read(id),
  })
  const isExecuted = (id: string) => executor.executes(id)
  const follower = new RunFollower({ store, runsDir, push, report, isExecuted, scanMs, readMs })
  follower.start()

  const handlers: Handlers = {
    'app.info': async () => ({ version: productVersion(), dataDir, runsDir }),
    'runs.list': async () => listRuns(store),
    'runs.get': async (id) => readDetails(runsDir, id),
    'runs.start': async (config) => {
      const { id } = createRun(runsDir, config)
      executor.start(id)
      return id
    },
    'runs.cancel': async (id) => {
      executor.cancel(id)
      return null
    },
    'runs.resume': async (id) => {
      executor.resume(id)
      return null
    },
  }
  return {
    handlers,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      await executor.close()
      follower.close()
      store.close()
      await lock.release()
    },
  }
}

function readDetails(runsDir: string, id: string): RunDetails {
  try {
    const run = new OpenRun(runsDir, id)
    const events = effectiveEvents(run.readOn())
    const { config, directory } = run
    return { summary: summaryFromRun(run), config, events: withoutOldProgress(events), directory }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'run-not-found') throw error
    throw new Problem('run-not-found', id, `there is nothing at ${error.where}`, { cause: error })
  }
}

/** Of the reports of progress only the newest counts. */
function withoutOldProgress(events: readonly RunEvent[]): RunEvent[] {
  const newest = events.findLast(({ type }) => type === 'progress')
  return events.filter((event) => event.type !== 'progress' || event === newest)
}

function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}
