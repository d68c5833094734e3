import { statSync } from 'node:fs'
import { Problem, type ProblemCode } from '#contract/problem.ts'
import { runPaths } from '#worker/run-directory/read.ts'
import { signatureOf } from './open-run.ts'

const ofFiles: ReadonlySet<ProblemCode> = new Set(['run-damaged', 'run-not-found', 'bad-configuration'])

/** Whether the files of a run are what is wrong: then it stays wrong until they change. */
export function isDamage(error: unknown): boolean {
  return error instanceof Problem && ofFiles.has(error.code)
}

/** What a damaged run looks like. Unlike `signatureOf` it tells of the configuration too, which may be what was missing. */
export function damageOf(directory: string): string {
  const config = statSync(runPaths(directory).config, { throwIfNoEntry: false })
  return `${signatureOf(directory)} ${config ? `${config.size}@${config.mtimeMs}` : 'none'}`
}
