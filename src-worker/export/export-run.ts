import { basename } from 'node:path'
import {
  exportRecordFile,
  exporterTexts,
  whyNotExportable,
  type ExportPart,
  type ExportRecord,
  type ExportRequest,
} from '#contract/export.ts'
import type { VerbProgress } from '#contract/messages.ts'
import { Problem } from '#contract/problem.ts'
import { foldEvents } from '#contract/run/state.ts'
import { encodeJson } from '../run-directory/json.ts'
import { readConfig, readEvents } from '../run-directory/read.ts'
import type { ExportSource } from './exporter.ts'
import { exporters } from './exporters/index.ts'
import { writeFolder } from './write-folder.ts'

interface ExportTask extends ExportRequest {
  /** The run's. */
  directory: string
  /** What appears, complete or not at all; an earlier one is replaced. */
  folder: string
}

interface ExportHooks {
  dataDir: string
  signal: AbortSignal
  report(progress: VerbProgress): void
}

/**
 * Has every exporter make its part, each in a folder of its own, and writes them together with `export.json`, which
 * says what is there and how it was checked.
 * @throws Problem `not-exportable`, `run-not-found`, `run-damaged`, `engine-failed`, `data-folder-unwritable`; the
 * signal's reason when it is aborted. Then nothing is written.
 */
export async function exportRun(
  task: ExportTask,
  { dataDir, signal, report }: ExportHooks,
): Promise<ExportRecord> {
  const { directory, folder, options } = task
  const source = openSource(directory, dataDir)
  const names = [...new Set(task.exporters)]
  const parts: ExportPart[] = []
  const files: Record<string, string | Uint8Array> = {}
  for (const name of names) {
    const reason = whyNotExportable(name, source.state)
    if (reason) throw new Problem('not-exportable', `${source.id}, ${exporterTexts[name].title}`, reason)
  }
  for (const [i, name] of names.entries()) {
    report({ done: i / names.length, doing: exporterTexts[name].title })
    await letMessagesIn()
    signal.throwIfAborted()
    const made = await exporters[name].write(source, options)
    const placed = Object.entries(made.files).map(([path, content]) => [`${name}/${path}`, content] as const)
    Object.assign(files, Object.fromEntries(placed))
    parts.push({
      exporter: name,
      check: made.check,
      files: placed.map(([path, content]) => ({ path, bytes: Buffer.byteLength(content) })),
    })
  }
  await letMessagesIn()
  signal.throwIfAborted()
  const record: ExportRecord = { version: 1, run: source.id, createdAt: Date.now(), options, parts }
  report({ done: 1, doing: 'writing' })
  writeFolder(folder, { ...files, [exportRecordFile]: encodeJson(record) })
  return record
}

function openSource(directory: string, dataDir: string): ExportSource {
  return {
    id: basename(directory),
    directory,
    dataDir,
    config: readConfig(directory),
    state: foldEvents(readEvents(directory)),
  }
}

const letMessagesIn = () => new Promise((resolve) => setImmediate(resolve))
