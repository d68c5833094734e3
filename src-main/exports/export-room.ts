import { join } from 'node:path'
import type { Push } from '#contract/calls.ts'
import type { Download, ExportList, StoredExport } from '#contract/calls/exports.ts'
import type { ExportRequest } from '#contract/export.ts'
import type { VerbProgress } from '#contract/messages.ts'
import { Problem } from '#contract/problem.ts'
import { readStatus, runPaths } from '#worker/run-directory/read.ts'
import { isPlainFolder } from '../library/folders.ts'
import { callWorker } from '../workers/call-worker.ts'
import type { SpawnWorker } from '../workers/spawn-worker.ts'
import { fileContent, folderContent } from './content.ts'
import { freeExportName } from './export-name.ts'
import { saveContent, type Desktop } from './desktop.ts'
import { Downloads } from './downloads.ts'
import { listExports, readExport } from './stored-exports.ts'

export interface ExportRoomOptions {
  dataDir: string
  runsDir: string
  spawnWorker: SpawnWorker
  /** Left out where the window is a browser. */
  desktop: Desktop | undefined
  push: (told: Push) => void
}

interface Making {
  progress: VerbProgress
  stop: AbortController
  ended: Promise<unknown>
}

/** The exports of all runs: those that lie in their folders, and those that are being made. */
export class ExportRoom {
  readonly downloads = new Downloads()
  readonly #options: ExportRoomOptions
  readonly #making = new Map<string, Making>()

  constructor(options: ExportRoomOptions) {
    this.#options = options
  }

  /** @throws Problem `run-not-found` */
  list(id: string): ExportList {
    return {
      exports: listExports(this.#directory(id)),
      running: this.#making.get(id)?.progress ?? null,
      desktop: this.#options.desktop !== undefined,
    }
  }

  /** Whether an export of the run is being made. */
  isMaking(id: string): boolean {
    return this.#making.has(id)
  }

  /**
   * Has a worker make an export in the run's folder.
   * @throws Problem `run-not-found`, `export-running`, `export-cancelled`, and those of the exporters
   */
  async create(id: string, request: ExportRequest): Promise<StoredExport> {
    const directory = this.#directory(id)
    if (this.#making.has(id)) throw new Problem('export-running', id, 'one export of a run is made at a time')
    const { dataDir, spawnWorker } = this.#options
    const name = freeExportName(runPaths(directory).exports, new Date())
    const folder = join(runPaths(directory).exports, name)
    const stop = new AbortController()
    const made = callWorker(
      { dataDir, spawnWorker, signal: stop.signal, onProgress: (progress) => this.#tell(id, progress) },
      'export',
      { ...request, directory, folder },
    )
    const ended = made.then(
      () => undefined,
      () => undefined,
    )
    this.#making.set(id, { progress: { done: 0, doing: 'starting' }, stop, ended })
    try {
      await made
      return readExport(directory, name)
    } finally {
      this.#making.delete(id)
      this.#options.push({ topic: 'export.changed', id, running: null })
    }
  }

  /** Stops the export of a run that is being made, if there is one. */
  cancel(id: string): void {
    this.#making.get(id)?.stop.abort(new Problem('export-cancelled', id, 'nothing was written'))
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
  async close(): Promise<void> {
    for (const id of this.#making.keys()) this.cancel(id)
    await Promise.all([...this.#making.values()].map(({ ended }) => ended))
  }

  #tell(id: string, progress: VerbProgress): void {
    const making = this.#making.get(id)
    if (!making) return
    making.progress = progress
    this.#options.push({ topic: 'export.changed', id, running: progress })
  }

  #directory(id: string): string {
    const directory = join(this.#options.runsDir, id)
    if (!isPlainFolder(directory)) throw new Problem('run-not-found', id, `there is no run at ${directory}`)
    readStatus(directory)
    return directory
  }
}
