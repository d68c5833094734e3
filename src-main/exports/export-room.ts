import { join } from 'node:path'
import type { Push } from '#contract/calls.ts'
import type { Download, ExportList, StoredExport } from '#contract/calls/exports.ts'
import type { ExportRequest } from '#contract/export.ts'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { runPaths } from '#worker/run-directory/read.ts'
import { directoryOfRun } from '../library/folders.ts'
import { RunWork } from '../workers/run-work.ts'
import type { SpawnWorker } from '../workers/spawn-worker.ts'
import { fileContent, folderContent } from './content.ts'
import { freeExportName } from './export-name.ts'
import { saveContent, type Desktop } from './desktop.ts'
import { Downloads } from './downloads.ts'
import { listExports, readExport, removeExport } from './stored-exports.ts'

export interface ExportRoomOptions {
  dataDir: string
  runsDir: string
  spawnWorker: SpawnWorker
  /** Left out where the window is a browser. */
  desktop: Desktop | undefined
  push: (told: Push) => void
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
}

/** The exports of all runs: those that lie in their folders, and those that are being made. */
export class ExportRoom {
  readonly downloads = new Downloads()
  readonly #options: ExportRoomOptions
  readonly #work: RunWork

  constructor(options: ExportRoomOptions) {
    const { dataDir, spawnWorker, push } = options
    this.#options = options
    this.#work = new RunWork({
      dataDir,
      spawnWorker,
      tell: (id, running) => push({ topic: 'export.changed', id, running }),
      busy: { code: 'export-running', detail: 'one export of a run is made at a time' },
      cancelled: { code: 'export-cancelled', detail: 'nothing was written' },
    })
  }

  /** @throws Problem `run-not-found` */
  list(id: string): ExportList {
    return {
      exports: listExports(this.#directory(id), this.#options.report),
      running: this.#work.progressOf(id),
      desktop: this.#options.desktop !== undefined,
    }
  }

  /** Whether an export of the run is being made. */
  isMaking(id: string): boolean {
    return this.#work.isGoing(id)
  }

  /**
   * Has a worker make an export in the run's folder.
   * @throws Problem `run-not-found`, `export-running`, `export-cancelled`, and those of the exporters
   */
  async create(id: string, request: ExportRequest): Promise<StoredExport> {
    const directory = this.#directory(id)
    const name = freeExportName(runPaths(directory).exports, new Date())
    const folder = join(runPaths(directory).exports, name)
    await this.#work.do(id, 'export', async () => [{ ...request, directory, folder }])
    return readExport(directory, name)
  }

  /** Stops the export of a run that is being made, if there is one. */
  cancel(id: string): void {
    this.#work.cancel(id)
  }

  /** @throws Problem `run-not-found`, `file-not-found`, `not-allowed` for the run's own, `data-folder-unwritable` */
  remove(id: string, name: string): void {
    removeExport(this.#directory(id), name)
    this.#options.push({ topic: 'export.changed', id, running: this.#work.progressOf(id) })
  }

  /** @throws Problem `run-not-found`, `file-not-found`, `file-unwritable` */
  async download(id: string, name: string, path: string | null): Promise<Download> {
    const { folder } = readExport(this.#directory(id), name)
    const content = path === null ? folderContent(folder, `${id}-${name}`) : fileContent(folder, path)
    const { desktop } = this.#options
    if (!desktop) return { address: this.downloads.offer(content) }
    const saved = await desktop.askWhereToSave(content.name)
    if (saved !== null) await saveContent(content, saved)
    return { saved }
  }

  /** @throws Problem `run-not-found`, `file-not-found`, `not-allowed` where there is no desktop. */
  show(id: string, name: string): void {
    const { folder } = readExport(this.#directory(id), name)
    const { desktop } = this.#options
    if (!desktop) throw new Problem('not-allowed', folder, 'a browser cannot open a folder; copy its path')
    desktop.showFolder(folder)
  }

  /** Stops what is being made, and answers when it has ended. */
  close(): Promise<void> {
    return this.#work.close()
  }

  #directory(id: string): string {
    return directoryOfRun(this.#options, id)
  }
}
