import { z } from 'zod'
import { call } from '../call.ts'
import { exportRequest, type ExportRecord } from '../export.ts'
import type { VerbProgress } from '../messages.ts'
import { storedName } from '../run/record.ts'
import { runId } from './runs.ts'

/** An export that lies in the run's folder. */
export interface StoredExport extends Omit<ExportRecord, 'version' | 'run'> {
  /** Of its folder inside the run's `exports`: what it is known by. */
  name: string
  folder: string
  /** Of all files together. */
  bytes: number
}

export interface ExportList {
  /** The newest first. */
  exports: StoredExport[]
  /** How far the export that is being made is; null when none is. */
  running: VerbProgress | null
  /** Whether this window can show a folder and ask where to save, as a desktop does. */
  desktop: boolean
}

/** Where the bytes can be fetched once, or where they were saved (null when the user thought better of it). */
export type Download = { address: string } | { saved: string | null }

export const exportCalls = {
  'exports.list': call(z.tuple([runId])).returns<ExportList>(),
  /** Answers when the export is written; `export.changed` is pushed meanwhile. One at a time for a run. */
  'exports.create': call(z.tuple([runId, exportRequest])).returns<StoredExport>(),
  /** Stops the export that is being made; nothing is left of it. */
  'exports.cancel': call(z.tuple([runId])).returns<null>(),
  /** Removes an export for good. What the run itself has left stays: every other export is made from it. */
  'exports.remove': call(z.tuple([runId, storedName])).returns<null>(),
  /** One file of an export, or all of it as a ZIP archive (null). */
  'exports.download': call(z.tuple([runId, storedName, z.string().max(200).nullable()])).returns<Download>(),
  /** Opens the folder in the desktop's file manager. */
  'exports.show': call(z.tuple([runId, storedName])).returns<null>(),
}
