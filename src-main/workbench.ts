import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Handlers, Push } from '#contract/calls.ts'
import { reportOf, type ProblemReport } from '#contract/problem.ts'
import { asDataFolderProblem } from '#worker/run-directory/atomic-file.ts'
import { BackboneLibrary } from './backbones/backbone-library.ts'
import { DatasetLibrary } from './datasets/dataset-library.ts'
import { DeviceList } from './devices/device-list.ts'
import { Estimates } from './estimates/estimates.ts'
import type { Desktop } from './exports/desktop.ts'
import type { Downloads } from './exports/downloads.ts'
import { ExportRoom } from './exports/export-room.ts'
import { FileGrants } from './files/grants.ts'
import type { PickFile } from './files/pick-file.ts'
import { fileRoots } from './files/roots.ts'
import { createHandlers } from './handlers/index.ts'
import { runFoldersOf } from './library/folders.ts'
import { removeOldLeftovers } from './library/leftovers.ts'
import { ProblemLog } from './library/problem-log.ts'
import { RunLibrary } from './library/run-library.ts'
import { lockDataFolder, type DataFolderLock } from './lock.ts'
import { RunFollower } from './runs/run-follower.ts'
import { Scheduler, type EndOfRuns } from './runs/scheduler.ts'
import { SpareSlots } from './runs/spare-slots.ts'
import { SettingsFile } from './settings/settings-file.ts'
import { openStore, type Store } from './store/open.ts'
import { cancelHalfMade } from './studies/half-made.ts'
import { ValuationRoom } from './valuations/valuation-room.ts'
import { WhatIfRoom } from './what-if/what-if-room.ts'
import type { SpawnWorker } from './workers/spawn-worker.ts'
import { defaultStopDelays, type StopDelays } from './workers/stop-worker.ts'

export interface WorkbenchOptions {
  dataDir: string
  spawnWorker: SpawnWorker
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
  stopDelays?: StopDelays
  /** Further folders in which windows may look around. */
  roots?: readonly string[]
  /** The system's own dialog, where there is one. */
  pickFile?: PickFile
  /** What a desktop can do with exports; a browser downloads them. */
  desktop?: Desktop
  /** Milliseconds between two looks at all run directories. */
  scanMs?: number
}

/** The back end of one data folder, under every entry: window, local host and command line. */
export interface Workbench {
  readonly handlers: Handlers
  /** What windows were offered to download. */
  readonly downloads: Downloads
  /** Calls back on every push until the returned function is called. */
  subscribe(listener: (push: Push) => void): () => void
  /**
   * Leaves the data folder to others. Runs that are being worked on stop at a checkpoint, or are kept: then their workers go
   * on alone, and the next workbench takes care of them. Runs that wait are queued by the next workbench.
   * @throws Problem `keep-impossible` where workers end with their parent; then the workbench stays open.
   */
  close(end?: { running: EndOfRuns }): Promise<void>
}

/** A run is read so often at most; each reading makes at most two pushes, so a run makes at most ten a second. */
const readMs = 200

/** @throws Problem `data-folder-locked`, `data-folder-unwritable` */
export async function createWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const { dataDir } = options
  const lock = await lockDataFolder(dataDir)
  const problems = new ProblemLog(dataDir, options.report)
  const report = (problem: ProblemReport) => problems.report(problem)
  let store: Store | undefined
  try {
    store = await openStore(dataDir, { report })
    return openRooms(options, { lock, store, report })
  } catch (error) {
    store?.close()
    await lock.release()
    throw error
  }
}

/** What is open before anything else is. */
interface Foundation {
  lock: DataFolderLock
  store: Store
  report: (problem: ProblemReport) => void
}

function openRooms(options: WorkbenchOptions, { lock, store, report }: Foundation): Workbench {
  const { dataDir, spawnWorker, stopDelays = defaultStopDelays, scanMs = 2000 } = options
  const runsDir = join(dataDir, 'runs')
  const listeners = new Set<(push: Push) => void>()
  const push = (told: Push) => listeners.forEach((listener) => tell(listener, told, report))
  asDataFolderProblem(runsDir, () => mkdirSync(runsDir, { recursive: true }))
  const settings = new SettingsFile(dataDir, report)
  const devices = new DeviceList({ spawnWorker, dataDir })
  const estimates = new Estimates({ dataDir, runsDir, spawnWorker, devices, push, report })
  listeners.add((told) => estimates.notice(told))
  const datasets = new DatasetLibrary({ dataDir, runsDir, store, spawnWorker, push, report })
  const backbones = new BackboneLibrary({ dataDir, runsDir, store, spawnWorker, push, report })
  const exports = new ExportRoom({ dataDir, runsDir, spawnWorker, desktop: options.desktop, push, report })
  const grants = new FileGrants()
  const roots = fileRoots(dataDir, options.roots)
  const scheduler = new Scheduler({
    dataDir,
    runsDir,
    spawnWorker,
    devices,
    stopDelays,
    report,
    slots: settings.value.slots,
    onChange: (id) => follower.touch(id),
    onSettled: (id) => follower.read(id),
    onQueue: (queue) => {
      slots.notice()
      push({ topic: 'queue.changed', queue })
    },
  })
  listeners.add((told) => scheduler.notice(told))
  const slots = new SpareSlots(() => scheduler.freeSlots)
  const valuations = new ValuationRoom({ dataDir, runsDir, spawnWorker, devices, slots, push })
  const whatIf = new WhatIfRoom({ dataDir, runsDir, spawnWorker, devices, slots, push })
  settings.onChange(({ slots }) => scheduler.setSlots(slots))
  const isExecuted = (id: string) => scheduler.executes(id)
  const endOf = (id: string) => scheduler.endOf(id)
  const follower = new RunFollower({ store, runsDir, push, report, isExecuted, endOf, scanMs, readMs })
  const workOn = (id: string) => {
    if (exports.isMaking(id)) return 'an export of it is being made'
    if (whatIf.isMaking(id)) return 'swaps of its architecture are being tried'
    return valuations.isMaking(id) ? 'its supernet is being valued' : null
  }
  const library = new RunLibrary({
    store,
    folders: runFoldersOf(dataDir),
    follower,
    push,
    report,
    workOn,
  })
  removeOldLeftovers(dataDir)
  library.start()
  follower.start()
  const halfMade = cancelHalfMade({ dataDir, runsDir, report }, follower.live)
  for (const id of halfMade) follower.read(id)
  void library.trash(halfMade)
  scheduler.open(follower.live)
  const rooms = {
    dataDir,
    runsDir,
    store,
    scheduler,
    settings,
    follower,
    library,
    backbones,
    datasets,
    devices,
    estimates,
    exports,
    valuations,
    whatIf,
    spawnWorker,
    grants,
    roots,
    pickFile: options.pickFile,
    push,
    report,
  }
  return {
    handlers: createHandlers(rooms),
    downloads: exports.downloads,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close({ running } = { running: 'pause' }) {
      await scheduler.close(running)
      await exports.close()
      await valuations.close()
      await whatIf.close()
      await estimates.close()
      await library.close()
      await datasets.close()
      await backbones.close()
      follower.close()
      store.close()
      await lock.release()
    },
  }
}

/** One window that fails to hear takes nothing from the others, nor from whoever tells. */
function tell(listener: (push: Push) => void, told: Push, report: (problem: ProblemReport) => void): void {
  try {
    listener(told)
  } catch (error) {
    report(reportOf(error))
  }
}
