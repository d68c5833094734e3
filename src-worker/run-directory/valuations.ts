import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { revaluation, revaluationId, type Revaluation } from '#contract/valuation.ts'
import { asDataFolderProblem, syncFolder, writeAtomically } from './atomic-file.ts'
import { encodeJson, parseJson } from './json.ts'
import { runPaths } from './layout.ts'
import { readIfThere } from './read-if-there.ts'

const suffix = '.json'

/** Puts a re-valuation beside the others of its run, whole or not at all. Throws `data-folder-unwritable`. */
export function writeRevaluation(directory: string, made: Revaluation): void {
  const folder = runPaths(directory).valuations
  asDataFolderProblem(folder, () => mkdirSync(folder, { recursive: true }))
  writeAtomically(pathOf(directory, made.id), encodeJson(made))
}

/** Every re-valuation of a run, the newest first. Throws `run-damaged`. */
export function readRevaluations(directory: string): Revaluation[] {
  return idsIn(directory)
    .flatMap((id) => readRevaluation(directory, id) ?? [])
    .toSorted((one, other) => other.createdAt - one.createdAt)
}

/** Throws `file-not-found` where the run has no such re-valuation, `data-folder-unwritable`. */
export function removeRevaluation(directory: string, id: string): void {
  const path = pathOf(directory, id)
  if (!idsIn(directory).includes(id))
    throw new Problem('file-not-found', path, 'the run has no such re-valuation')
  asDataFolderProblem(path, () => {
    rmSync(path)
    syncFolder(runPaths(directory).valuations)
  })
}

function readRevaluation(directory: string, id: string): Revaluation | null {
  const path = pathOf(directory, id)
  const text = readIfThere(path)
  if (text === null) return null
  const parsed = revaluation.safeParse(parseJson(text, path))
  if (parsed.success) return parsed.data
  throw new Problem('run-damaged', path, parsed.error.issues[0].message)
}

function idsIn(directory: string): string[] {
  return entriesOf(runPaths(directory).valuations)
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map(({ name }) => name.slice(0, -suffix.length))
    .filter((id) => revaluationId.safeParse(id).success)
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const pathOf = (directory: string, id: string): string => join(runPaths(directory).valuations, id + suffix)
