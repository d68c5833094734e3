import { randomUUID } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { ImportReport } from '#contract/calls/runs.ts'
import { Problem, reportOf } from '#contract/problem.ts'
import { activeStates } from '#contract/run/query.ts'
import type { RunStatus } from '#contract/run/status.ts'
import { asDataFolderProblem, syncFolder, writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson } from '#worker/run-directory/json.ts'
import { runIdPattern, unfinishedPrefix } from '#worker/run-directory/layout.ts'
import {
  livenessOf,
  readConfig,
  readEventLog,
  readEvents,
  readStatus,
  runPaths,
} from '#worker/run-directory/read.ts'
import { createRunId } from '#worker/run-directory/run-id.ts'
import { copyDurably } from '../files/copy-durably.ts'
import { signatureOf } from '../runs/open-run.ts'
import { readAnnotations } from './annotations.ts'
import type { RunFolders } from './folders.ts'

/** Names of copies under construction; what is left of one after a crash may be removed. */
export const importPrefix = `${unfinishedPrefix}import-`

interface ImportedRun {
  id: string
  /** An equal run was here already; nothing was copied. */
  present: boolean
}

/** Imports run directories one after the other, until it is stopped; every one is tried. */
export async function importRuns(
  sources: readonly string[],
  folders: RunFolders,
  { onImported, isStopped }: { onImported?: (id: string) => void; isStopped?: () => boolean } = {},
): Promise<ImportReport> {
  const report: ImportReport = { imported: [], present: [], refused: [] }
  for (const source of sources) {
    if (isStopped?.()) break
    const from = basename(source)
    try {
      const { id, present } = await importRun(source, folders)
      if (!present) onImported?.(id)
      report[present ? 'present' : 'imported'].push({ id, from })
    } catch (error) {
      report.refused.push({ from, problem: reportOf(error) })
    }
  }
  return report
}

/**
 * Copies a run directory that was made elsewhere into the list of runs. It appears under its name complete or not at all;
 * a run of the same name that is another one stays, and the copy gets a new id.
 * @throws Problem `run-damaged`, `bad-configuration`, `run-busy` while a process of this machine works on it,
 * `data-folder-unwritable`
 */
async function importRun(source: string, folders: RunFolders): Promise<ImportedRun> {
  const status = validateRun(source)
  const name = basename(source)
  const known = [folders.runsDir, folders.trashDir].map((folder) => join(folder, name)).find(existsSync)
  if (known && isSameRun(known, source)) return { id: name, present: true }
  const id = known || !runIdPattern.test(name) ? createRunId(status.createdAt) : name
  const unfinished = join(folders.runsDir, `${importPrefix}${randomUUID()}`)
  try {
    asDataFolderProblem(folders.runsDir, () => mkdirSync(folders.runsDir, { recursive: true }))
    await copyUnchanged(source, unfinished)
    writeAtomically(runPaths(unfinished).status, encodeJson(statusHere(status)))
    asDataFolderProblem(join(folders.runsDir, id), () => {
      renameSync(unfinished, join(folders.runsDir, id))
      syncFolder(folders.runsDir)
    })
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
  return { id, present: false }
}

function validateRun(directory: string): RunStatus {
  try {
    refuseLinks(directory)
    readConfig(directory)
    readEvents(directory)
    readAnnotations(directory)
    const status = readStatus(directory)
    if (status.process !== null && livenessOf(status.process) === 'alive')
      throw new Problem('run-busy', directory, `process ${status.process.pid} is working on it`)
    return status
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'run-not-found') throw error
    throw new Problem('run-damaged', error.where, 'the file is missing', { cause: error })
  }
}

/** Links stay behind when a run is copied, so that a run whose parts are links would arrive without them. */
function refuseLinks(directory: string): void {
  const { config, status, events, annotations } = runPaths(directory)
  for (const path of [config, status, events, annotations])
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      throw new Problem('run-damaged', path, 'it is a link, and links are not followed')
}

/** Nobody here works on the run or has it in a queue, whatever its status said elsewhere. */
function statusHere(status: RunStatus): RunStatus {
  const active = activeStates.some((state) => state === status.state)
  const state = active ? 'interrupted' : status.state
  return { ...status, state, process: null, queuedAt: null, imported: true }
}

/** The same configuration and the same events; what people noted about it may differ. */
function isSameRun(known: string, other: string): boolean {
  try {
    const sameConfig = isDeepStrictEqual(readConfig(known), readConfig(other))
    return sameConfig && wholeEvents(known).equals(wholeEvents(other))
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

const wholeEvents = (directory: string): Buffer =>
  readFileSync(runPaths(directory).events).subarray(0, readEventLog(directory).bytes)

/** @throws Problem `run-busy` when the files changed meanwhile */
async function copyUnchanged(from: string, to: string): Promise<void> {
  const before = signatureOf(from)
  try {
    await copyFolder(from, to)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new Problem('data-folder-unwritable', to, message, { cause: error })
  }
  if (signatureOf(from) !== before)
    throw new Problem('run-busy', from, 'its files changed while they were copied')
}

/** Copies files and folders; links, which may lead anywhere, and what was under construction stay behind. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to)
  const { claim } = runPaths(from)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.name.startsWith(unfinishedPrefix) || source === claim) continue
    if (entry.isDirectory()) await copyFolder(source, target)
    else if (entry.isFile()) await copyDurably(source, target)
  }
  syncFolder(to)
}
