import type { RunConfig } from '#contract/config.ts'
import type { ExporterName, ExportOptions } from '#contract/export.ts'
import type { RunState } from '#contract/run/state.ts'
import type { FolderFiles } from './write-folder.ts'

/** The run that is exported. */
export interface ExportSource {
  readonly id: string
  readonly directory: string
  /** The data folder, with the files and datasets of the library. */
  readonly dataDir: string
  readonly config: RunConfig
  readonly state: RunState
}

/** What an exporter has made, in memory and checked. */
export interface Exported {
  files: FolderFiles
  /** How it was checked, and the outcome, in one sentence. */
  check: string
}

/** One way to take a run elsewhere. Its words for people are in `exporterTexts` of the contract. */
export interface Exporter {
  readonly name: ExporterName
  /** @throws Problem `not-exportable` for what the run does not have, `engine-failed` where the check does not hold. */
  write(source: ExportSource, options: ExportOptions): Promise<Exported>
}

export const defineExporter = (exporter: Exporter): Exporter => exporter
