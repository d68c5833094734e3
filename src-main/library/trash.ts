import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { activeStates } from '#contract/run/query.ts'
import { asDataFolderProblem, syncFolder } from '#worker/run-directory/atomic-file.ts'
import { claimRun } from '#worker/run-directory/claim.ts'
import { unfinishedPrefix } from '#worker/run-directory/layout.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { useOf } from '#worker/run-directory/use.ts'
import { isPlainFolder, type RunFolders } from './folders.ts'

/**
 * Puts a run into the trash: one rename, so it is in one place at any moment.
 * @throws Problem `run-not-found`, `run-busy` while it waits, is worked on, or a process computes with it,
 * `data-folder-unwritable`
 */
export function trashRun({ runsDir, trashDir }: RunFolders, id: string): void {
  const directory = join(runsDir, id)
  if (!isPlainFolder(directory)) throw new Problem('run-not-found', id, 'it is not in the list of runs')
  refuseBusy(directory, id)
  refuseUsed(directory, id)
  asDataFolderProblem(trashDir, () => mkdirSync(trashDir, { recursive: true }))
  moveRun(id, runsDir, trashDir)
}

/** @throws Problem `run-not-found`, `data-folder-unwritable` */
export function restoreRun({ runsDir, trashDir }: RunFolders, id: string): void {
  refuseOutsideTrash(trashDir, id)
  moveRun(id, trashDir, runsDir)
}

/** Removes a run of the trash for good. @throws Problem `run-not-found`, `run-busy`, `data-folder-unwritable` */
export function eraseRun({ trashDir }: RunFolders, id: string): void {
  const doomed = join(trashDir, unfinishedPrefix + id)
  // Where it failed on the way, it goes on.
  if (!isPlainFolder(doomed)) {
    refuseOutsideTrash(trashDir, id)
    refuseUsed(join(trashDir, id), id)
  }
  asDataFolderProblem(join(trashDir, id), () => {
    rmSync(doomed, { recursive: true, force: true })
    if (!isPlainFolder(join(trashDir, id))) return
    renameSync(join(trashDir, id), doomed)
    syncNames(trashDir)
    rmSync(doomed, { recursive: true, force: true })
  })
}

function refuseOutsideTrash(trashDir: string, id: string): void {
  if (!isPlainFolder(join(trashDir, id))) throw new Problem('run-not-found', id, 'it is not in the trash')
}

function moveRun(id: string, from: string, to: string): void {
  if (existsSync(join(to, id)))
    throw new Problem('data-folder-unwritable', join(to, id), 'it is there already')
  asDataFolderProblem(join(to, id), () => {
    renameOnDisk(join(from, id), join(to, id))
    syncNames(to)
    syncNames(from)
  })
}

/**
 * What was renamed is there. A disk that cannot keep that at once, being full, loses nothing either: were the power cut now,
 * the run would lie whole under its former name.
 */
function syncNames(folder: string): void {
  try {
    syncFolder(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}

/** Either folder may be a link to another disk; moving between disks could be cut short half way. */
function renameOnDisk(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const detail = `it lies on another disk than ${dirname(from)}; let both folders be links to the same disk`
    throw new Problem('data-folder-unwritable', dirname(to), detail, { cause: error })
  }
}

/** A run whose status cannot be read is worked on by nobody. */
function refuseBusy(directory: string, id: string): void {
  try {
    const { state } = readStatus(directory)
    if (activeStates.some((active) => active === state)) throw new Problem('run-busy', id, `it is ${state}`)
    // Whoever is about to work on it has claimed it already.
    const giveBack = claimRun(directory)
    giveBack()
  } catch (error) {
    if (!(error instanceof Problem) || !isUnreadable(error)) throw error
  }
}

/** By another process, or by one of another window: it would lose what it is computing. */
function refuseUsed(directory: string, id: string): void {
  const use = useOf(directory)
  if (use !== null) throw new Problem('run-busy', id, use)
}

const isUnreadable = ({ code }: Problem): boolean => code === 'run-damaged' || code === 'run-not-found'
