import { randomBytes } from 'node:crypto'
import type { DatasetDetails, DatasetDraft, DatasetEntry } from '#contract/calls/datasets.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { Push } from '#contract/calls.ts'
import { datasetSpec, tableSpec, type DatasetSpec, type TableSettings } from '#contract/dataset.ts'
import type { TableInspection } from '#contract/dataset/report.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'
import type { Store } from '../store/open.ts'
import { listRuns } from '../store/runs.ts'
import type { SpawnWorker } from '../workers/spawn-worker.ts'
import { DatasetEntries, type StoredDataset } from './entries.ts'
import { SampleSheets } from './read-samples.ts'
import { Drafts, readRejected, type RejectedPage } from './rejected-cells.ts'
import { RunsOnDatasets, summariseRuns } from './runs-on.ts'
import { sourceStateOf } from './source-state.ts'
import { Work } from './work.ts'

export interface DatasetLibraryOptions {
  dataDir: string
  runsDir: string
  store: Store
  spawnWorker: SpawnWorker
  push: (told: Push) => void
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
}

/** What is always there, and its names. */
const builtIn: ReadonlyMap<string, DatasetSpec> = new Map(
  ['emoji8', 'icons18'].map((kind) => [kind, datasetSpec.parse({ kind })]),
)

/** The datasets of a data folder, and the work of bringing new ones in. */
export class DatasetLibrary {
  readonly sheets: SampleSheets
  readonly #options: DatasetLibraryOptions
  readonly #entries: DatasetEntries
  readonly #drafts = new Drafts()
  readonly #runs: RunsOnDatasets
  readonly #work: Work
  /** Under which names datasets of the library are being read anew. */
  readonly #reading = new Map<string, string>()

  constructor(options: DatasetLibraryOptions) {
    const { dataDir, runsDir, spawnWorker, push } = options
    this.#options = options
    this.#entries = new DatasetEntries(dataDir)
    this.sheets = new SampleSheets(dataDir)
    this.#runs = new RunsOnDatasets(runsDir)
    this.#work = new Work({
      spawnWorker,
      dataDir,
      onProgress: (work, progress) => push({ topic: 'dataset.progress', work, progress }),
    })
  }

  /** Built-in data first, then what was imported last. One that cannot be read is reported and left out. */
  async list(): Promise<DatasetEntry[]> {
    const runs = listRuns(this.#options.store)
    const ids = [...new Set([...builtIn.keys(), ...this.#entries.ids()])]
    const entries = await Promise.all(ids.map((id) => this.#entryOrReport(id, runs)))
    return entries
      .filter((entry) => entry !== null)
      .toSorted((a, b) => (b.importedAt ?? Infinity) - (a.importedAt ?? Infinity))
  }

  /** @throws Problem `dataset-not-found`, `dataset-damaged` */
  async get(id: string): Promise<DatasetDetails> {
    const entry = await this.#entry(id, listRuns(this.#options.store))
    const { summary } = entry
    return {
      ...entry,
      report: this.#entries.read(id)?.report ?? null,
      samples: summary !== null && this.sheets.has(summary.hash),
    }
  }

  /** Whether a table at this path was imported. */
  holds(path: string): boolean {
    return this.#entries.ids().some((id) => {
      const spec = this.#specIfWhole(id)
      return spec?.kind === 'table' && spec.path === path
    })
  }

  /** The list tells of a damaged entry; it stands in the way of no other. */
  #specIfWhole(id: string): DatasetSpec | undefined {
    try {
      return this.#entries.read(id)?.spec
    } catch (error) {
      if (error instanceof Problem) return undefined
      throw error
    }
  }

  inspect(path: string, work: string): Promise<TableInspection | null> {
    return this.#work.do(work, 'inspect', path)
  }

  async validate(path: string, settings: TableSettings, work: string): Promise<DatasetDraft | null> {
    const { draft, path: rejected } = this.#drafts.create()
    const report = await this.#work.do(work, 'validate', specOf(path, settings), rejected)
    return report && { draft, report }
  }

  /** Rejected cells of a draft or of a dataset. @throws Problem `bad-request` for a draft that is not kept any more */
  rejected(
    of: { draft: string } | { dataset: string },
    page: { offset: number; limit: number },
  ): RejectedPage {
    const path = 'draft' in of ? this.#drafts.file(of.draft) : this.#entries.rejectedFile(of.dataset)
    return readRejected(path, page)
  }

  /** Puts a table into the library; null when it was stopped. Nothing stays of what was not brought to its end. */
  async import(path: string, settings: TableSettings, name: string, work: string): Promise<string | null> {
    const id = randomBytes(6).toString('hex')
    const kept = await this.#keep(id, { name, spec: specOf(path, settings) }, work).catch(
      (error: unknown) => {
        this.#entries.remove(id)
        throw error
      },
    )
    if (!kept) this.#entries.remove(id)
    return kept ? id : null
  }

  /** Reads a dataset anew; what was known of it stays when that fails or is stopped. @throws Problem `dataset-not-found` */
  async refresh(id: string, work: string): Promise<void> {
    const { name, spec } = this.#known(id)
    this.#reading.set(id, work)
    try {
      await this.#keep(id, { name, spec }, work)
    } finally {
      if (this.#reading.get(id) === work) this.#reading.delete(id)
    }
  }

  /** @throws Problem `dataset-not-found`, `not-allowed` for built-in data */
  rename(id: string, name: string): void {
    this.#entries.write(id, { ...this.#imported(id), name })
    this.#tellChange()
  }

  /** @throws Problem `dataset-not-found`, `not-allowed` for built-in data, `dataset-busy` */
  remove(id: string): void {
    const { spec, summary, name } = this.#imported(id)
    const run = this.#runs
      .of(spec, summary.name, listRuns(this.#options.store))
      .find(({ state }) => state === 'queued' || state === 'running')
    if (run) throw new Problem('dataset-busy', name, `the run ${run.name || run.id} is ${run.state}`)
    const reading = this.#reading.get(id)
    if (reading !== undefined) this.stop(reading)
    this.#entries.remove(id)
    this.#tellChange()
  }

  stop(work: string): void {
    this.#work.stop(work)
  }

  async close(): Promise<void> {
    await this.#work.close()
    this.#drafts.close()
  }

  async #keep(
    id: string,
    { name, spec }: Pick<StoredDataset, 'name' | 'spec'>,
    work: string,
  ): Promise<boolean> {
    const found = await this.#work.do(work, 'import', spec, this.#entries.prepare(id))
    if (!found) return false
    // it may have been renamed while it was read
    const { name: newest } = this.#entries.read(id) ?? { name }
    this.#entries.write(id, { schemaVersion: 1, name: newest, spec, importedAt: Date.now(), ...found })
    this.#tellChange()
    return true
  }

  /** @throws Problem `dataset-not-found`, `dataset-damaged` */
  async #entry(id: string, runs: readonly RunSummary[]): Promise<DatasetEntry> {
    const { name, spec, stored } = this.#known(id)
    return {
      id,
      name,
      spec,
      summary: stored?.summary ?? null,
      importedAt: builtIn.has(id) ? null : (stored?.importedAt ?? null),
      source: stored ? await sourceStateOf(stored) : 'built in',
      runs: summariseRuns(this.#runs.of(spec, stored?.summary.name, runs)),
    }
  }

  async #entryOrReport(id: string, runs: readonly RunSummary[]): Promise<DatasetEntry | null> {
    try {
      return await this.#entry(id, runs)
    } catch (error) {
      this.#options.report(reportOf(error))
      return null
    }
  }

  #known(id: string): { name: string; spec: DatasetSpec; stored: StoredDataset | undefined } {
    const stored = this.#entries.read(id)
    const spec = builtIn.get(id) ?? stored?.spec
    if (spec) return { name: stored?.name ?? id, spec, stored }
    throw new Problem('dataset-not-found', id, 'the library has none of this id')
  }

  #imported(id: string): StoredDataset {
    const { stored } = this.#known(id)
    if (stored && !builtIn.has(id)) return stored
    throw new Problem('not-allowed', id, 'built-in data stays as it is')
  }

  #tellChange(): void {
    this.#options.push({ topic: 'datasets.changed' })
  }
}

const specOf = (path: string, settings: TableSettings) =>
  tableSpec.parse({ kind: 'table', path, ...settings })
