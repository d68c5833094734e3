import type { Push } from '#contract/calls.ts'
import type { ProblemReport } from '#contract/problem.ts'
import type { BackboneLibrary } from '../backbones/backbone-library.ts'
import type { DatasetLibrary } from '../datasets/dataset-library.ts'
import type { DeviceList } from '../devices/device-list.ts'
import type { Estimates } from '../estimates/estimates.ts'
import type { ExportRoom } from '../exports/export-room.ts'
import type { FileGrants } from '../files/grants.ts'
import type { PickFile } from '../files/pick-file.ts'
import type { FileRoot } from '../files/roots.ts'
import type { RunLibrary } from '../library/run-library.ts'
import type { RunFollower } from '../runs/run-follower.ts'
import type { Scheduler } from '../runs/scheduler.ts'
import type { SettingsFile } from '../settings/settings-file.ts'
import type { Store } from '../store/open.ts'
import type { ValuationRoom } from '../valuations/valuation-room.ts'
import type { WhatIfRoom } from '../what-if/what-if-room.ts'
import type { SpawnWorker } from '../workers/spawn-worker.ts'

/** What the handlers of one open data folder work with. */
export interface Rooms {
  readonly dataDir: string
  readonly runsDir: string
  readonly store: Store
  readonly scheduler: Scheduler
  readonly settings: SettingsFile
  readonly follower: RunFollower
  readonly library: RunLibrary
  readonly backbones: BackboneLibrary
  readonly datasets: DatasetLibrary
  readonly devices: DeviceList
  readonly estimates: Estimates
  readonly exports: ExportRoom
  readonly valuations: ValuationRoom
  readonly whatIf: WhatIfRoom
  readonly spawnWorker: SpawnWorker
  /** What windows may name of this machine's files. */
  readonly grants: FileGrants
  readonly roots: readonly FileRoot[]
  readonly pickFile: PickFile | undefined
  /** Tells every window. */
  push(told: Push): void
  /** Told of what went wrong while nobody waited for an answer. */
  report(problem: ProblemReport): void
}
