import { readFileSync } from 'node:fs'
import {
  changeAnnotations,
  noAnnotations,
  runAnnotations,
  type AnnotationChange,
  type RunAnnotations,
} from '#contract/run/annotations.ts'
import { Problem } from '#contract/problem.ts'
import { writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson, parseJson } from '#worker/run-directory/json.ts'
import { runPaths } from '#worker/run-directory/read.ts'

/** What a person has added to a run. @throws Problem `run-damaged` */
export function readAnnotations(directory: string): RunAnnotations {
  const path = runPaths(directory).annotations
  const text = readIfThere(path)
  if (text === null) return noAnnotations
  const parsed = runAnnotations.safeParse(parseJson(text, path))
  if (!parsed.success) throw new Problem('run-damaged', path, parsed.error.issues[0].message)
  return parsed.data
}

/** @throws Problem `run-damaged`, `data-folder-unwritable` */
export function annotateRun(directory: string, change: AnnotationChange): RunAnnotations {
  const changed = changeAnnotations(readAnnotations(directory), change)
  writeAtomically(runPaths(directory).annotations, encodeJson(changed))
  return changed
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
