import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { asDataFolderProblem, syncFolder, writeAtomically } from './atomic-file.ts'
import { encodeJson } from './json.ts'
import { runIdPattern, runPaths } from './layout.ts'
import { readIfThere } from './read-if-there.ts'

interface Kept {
  id: string
  createdAt: number
}

/** Records of one kind that a run keeps beside its events: a JSON file each, named after its id. */
export interface RecordFolder<T extends Kept> {
  /**
   * Puts a record beside the others, or in the place of its older self, whole or not at all. Throws `run-not-found` where
   * the run is gone, `data-folder-unwritable`.
   */
  write(directory: string, record: T): void
  /** All records of a run that can be read, the newest first, and what is wrong with the others. */
  read(directory: string): { records: T[]; damaged: ProblemReport[] }
  /** Throws `file-not-found` where the run has no such record, `data-folder-unwritable`. */
  remove(directory: string, id: string): void
}

const suffix = '.json'

/** @param thing What a record is, for people: `re-valuation`. */
export function recordFolder<T extends Kept>(
  part: 'valuations' | 'whatIfs',
  schema: z.ZodType<T>,
  thing: string,
): RecordFolder<T> {
  const folderOf = (directory: string) => runPaths(directory)[part]
  const pathOf = (directory: string, id: string) => join(folderOf(directory), id + suffix)
  return {
    write(directory, record) {
      makeFolder(directory, folderOf(directory))
      writeAtomically(pathOf(directory, record.id), encodeJson(record))
    },
    read(directory) {
      const records: T[] = []
      const damaged: ProblemReport[] = []
      for (const id of idsIn(folderOf(directory))) {
        try {
          records.push(...readRecord(pathOf(directory, id), schema))
        } catch (error) {
          if (!(error instanceof Problem)) throw error
          damaged.push(error.report())
        }
      }
      return { records: records.toSorted((one, other) => other.createdAt - one.createdAt), damaged }
    },
    remove(directory, id) {
      const path = pathOf(directory, id)
      if (!idsIn(folderOf(directory)).includes(id))
        throw new Problem('file-not-found', path, `the run has no such ${thing}`)
      asDataFolderProblem(path, () => {
        rmSync(path)
        syncFolder(folderOf(directory))
      })
    },
  }
}

/** Not with its parents: a run that was moved away meanwhile must not come back as an empty one. */
function makeFolder(directory: string, folder: string): void {
  try {
    asDataFolderProblem(folder, () => mkdirSync(folder))
  } catch (error) {
    if (existsSync(folder)) return
    if (existsSync(directory)) throw error
    throw new Problem('run-not-found', directory, 'it was moved or removed meanwhile', { cause: error })
  }
}

/** None where it was removed meanwhile. @throws Problem `record-damaged` */
function readRecord<T>(path: string, schema: z.ZodType<T>): T[] {
  const text = readIfThere(path)
  if (text === null) return []
  const parsed = schema.safeParse(plainFrom(text, path))
  if (parsed.success) return [parsed.data]
  throw new Problem('record-damaged', path, parsed.error.issues[0].message)
}

function plainFrom(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem('record-damaged', path, (error as Error).message, { cause: error })
  }
}

function idsIn(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map(({ name }) => name.slice(0, -suffix.length))
    .filter((id) => runIdPattern.test(id))
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
