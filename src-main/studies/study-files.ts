import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'
import { study, type Study } from '#contract/config/study.ts'
import { asDataFolderProblem, writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson, parseJson } from '#worker/run-directory/json.ts'

const folderOf = (dataDir: string) => join(dataDir, 'studies')
const pathOf = (dataDir: string, id: string) => join(folderOf(dataDir), `${id}.json`)

/** @throws Problem `study-not-found`, `file-unreadable`, `run-damaged` when the file is no study */
export function readStudy(dataDir: string, id: string): Study {
  const path = pathOf(dataDir, id)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new Problem('study-not-found', id, message, { cause: error })
    throw new Problem('file-unreadable', path, message, { cause: error })
  }
  const parsed = study.safeParse(parseJson(text, path))
  if (!parsed.success) throw new Problem('run-damaged', path, parsed.error.issues[0].message)
  return parsed.data
}

/** @throws Problem `data-folder-unwritable` */
export function writeStudy(dataDir: string, written: Study): void {
  asDataFolderProblem(folderOf(dataDir), () => mkdirSync(folderOf(dataDir), { recursive: true }))
  writeAtomically(pathOf(dataDir, written.id), encodeJson(written))
}

/** Its runs stay. @throws Problem `data-folder-unwritable` */
export function removeStudy(dataDir: string, id: string): void {
  asDataFolderProblem(folderOf(dataDir), () => rmSync(pathOf(dataDir, id), { force: true }))
}

/** All studies, newest first; a damaged file is told and hides no other. */
export function listStudies(dataDir: string, report: (problem: ProblemReport) => void): Study[] {
  return idsIn(folderOf(dataDir))
    .toReversed()
    .flatMap((id) => {
      try {
        return [readStudy(dataDir, id)]
      } catch (error) {
        report(reportOf(error))
        return []
      }
    })
}

function idsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /^[a-zA-Z0-9_-]{1,64}\.json$/.test(file))
      .map((file) => file.slice(0, -'.json'.length))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
