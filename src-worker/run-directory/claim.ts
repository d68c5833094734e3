import { Problem } from '#contract/problem.ts'
import { asDataFolderProblem } from './atomic-file.ts'
import { describeHolder, Taken, takeFile } from './exclusive-file.ts'
import { runPaths } from './layout.ts'
import { livenessOf } from './process-identity.ts'
import { readStatus } from './read.ts'

/**
 * The right to write a run, which one process has at a time; answers what gives it back. The right of a process that has
 * died passes on.
 * @throws Problem `run-busy` that says who has it, `run-not-found`, `run-damaged`, `data-folder-unwritable`
 */
export function claimRun(directory: string, pid = process.pid): () => void {
  const path = runPaths(directory).claim
  refuseWhileHeld(directory, pid)
  const giveUp = take(directory, path, pid)
  try {
    refuseWhileHeld(directory, pid)
    return giveUp
  } catch (error) {
    giveUp()
    throw error
  }
}

/** A run may also be held by a process that knows nothing of claims; its status tells. */
function refuseWhileHeld(directory: string, pid: number): void {
  const holder = readStatus(directory).process
  if (holder === null || holder.pid === pid || livenessOf(holder) !== 'alive') return
  throw new Problem('run-busy', directory, `process ${holder.pid} is working on it`)
}

function take(directory: string, path: string, pid: number): () => void {
  try {
    return asDataFolderProblem(path, () => takeFile(path, pid))
  } catch (error) {
    if (error instanceof Taken) throw new Problem('run-busy', directory, describeHolder(error, path))
    throw error
  }
}
