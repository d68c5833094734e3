import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredExport } from '#contract/calls/exports.ts'
import { exportOptions, exportRecord, exportRecordFile, type ExportRecord } from '#contract/export.ts'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { storedName } from '#contract/run/record.ts'
import { asDataFolderProblem, syncFolder } from '#worker/run-directory/atomic-file.ts'
import { parseJson } from '#worker/run-directory/json.ts'
import { runPaths, unfinishedPrefix } from '#worker/run-directory/layout.ts'
import { isPlainFolder } from '../library/folders.ts'
import { removeLeftovers } from '../library/leftovers.ts'

/** The bundle that every run leaves at its end; its `export.json` is this record. */
const ownBundle = 'model'
const isName = (name: string): boolean => storedName.safeParse(name).success

/** Names of exports that are being removed; what is left of one after a crash goes with the next. */
const removedPrefix = `${unfinishedPrefix}removed-`

/** What lies in the exports of a run, the newest first. Folders that are no exports are left out; a damaged one is reported. */
export function listExports(directory: string, report: (problem: ProblemReport) => void): StoredExport[] {
  const { exports } = runPaths(directory)
  if (!existsSync(exports)) return []
  const folders = readdirSync(exports, { withFileTypes: true })
  return folders
    .filter((entry) => entry.isDirectory() && isName(entry.name))
    .flatMap(({ name }) => readOrReport(exports, name, report) ?? [])
    .toSorted((a, b) => b.createdAt - a.createdAt)
}

/** @throws Problem `file-not-found` when the run has no such export, `run-damaged` */
export function readExport(directory: string, name: string): StoredExport {
  const { exports } = runPaths(directory)
  const stored = isName(name) ? readStored(exports, name) : null
  if (stored) return stored
  throw new Problem('file-not-found', join(exports, name), 'the run has no such export')
}

/**
 * Removes an export: it is gone at once, however large it is.
 * @throws Problem `file-not-found`, `run-damaged`, `not-allowed` for what the run itself has left, `data-folder-unwritable`
 */
export function removeExport(directory: string, name: string): void {
  const { folder } = readExport(directory, name)
  if (name === ownBundle)
    throw new Problem(
      'not-allowed',
      folder,
      'the run itself has left it, and every other export is made from it',
    )
  const { exports } = runPaths(directory)
  asDataFolderProblem(folder, () => {
    renameSync(folder, join(exports, removedPrefix + name))
    syncFolder(exports)
    removeLeftovers(exports, removedPrefix)
  })
}

function readOrReport(
  exports: string,
  name: string,
  report: (problem: ProblemReport) => void,
): StoredExport | null {
  try {
    return readStored(exports, name)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    report(error.report())
    return null
  }
}

function readStored(exports: string, name: string): StoredExport | null {
  const folder = join(exports, name)
  if (!isPlainFolder(exports) || !isPlainFolder(folder)) return null
  const record = readRecord(folder, name)
  if (!record) return null
  const { createdAt, options, parts } = record
  const bytes = parts.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0)
  return { name, folder, createdAt, options, parts, bytes }
}

function readRecord(folder: string, name: string): Omit<ExportRecord, 'version' | 'run'> | null {
  const path = join(folder, exportRecordFile)
  if (existsSync(path)) {
    const parsed = exportRecord.safeParse(parseJson(readFileSync(path, 'utf8'), path))
    if (!parsed.success) throw new Problem('run-damaged', path, parsed.error.issues[0].message)
    return parsed.data
  }
  const model = join(folder, 'model.onnx')
  if (name !== ownBundle || !existsSync(model)) return null
  const check = 'ONNX Runtime agreed with the engine on the whole test split, at the end of the run'
  return {
    createdAt: statSync(model).mtimeMs,
    options: exportOptions.parse({}),
    parts: [{ exporter: 'onnx', check, files: filesIn(folder) }],
  }
}

/**
 * Every plain file in a folder and in those inside it, `/` between the parts of its path.
 * Trap: Node's own recursive reading follows links; these are left out.
 */
export function filesIn(folder: string, inside = ''): { path: string; bytes: number }[] {
  return readdirSync(join(folder, inside), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`
      if (entry.isDirectory()) return filesIn(folder, path)
      return entry.isFile() ? [{ path, bytes: statSync(join(folder, path)).size }] : []
    })
}
