import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Problem } from '#contract/problem.ts'
import { writeAtomically } from './atomic-file.ts'
import { unfinishedPrefix } from './layout.ts'
import { identifyProcess, livenessOf } from './process-identity.ts'
import { readIfThere } from './read-if-there.ts'

/**
 * Besides the one process that may write a run, others may read it for minutes and keep records in it. Each says so by a
 * file of its own in the run's directory, so that nobody moves the run away meanwhile.
 */

const prefix = `${unfinishedPrefix}use-`
const useSchema = z.object({ pid: z.int(), startTime: z.string(), host: z.string(), doing: z.string() })

/**
 * Tells others that this process works with a run; answers what takes it back.
 * @param doing `values its supernet again`
 * @throws Problem `run-not-found`, `data-folder-unwritable`
 */
export function useRun(directory: string, doing: string, pid = process.pid): () => void {
  if (!existsSync(directory)) throw new Problem('run-not-found', directory, 'there is no such folder')
  const path = join(directory, prefix + randomUUID())
  writeAtomically(path, JSON.stringify({ ...identifyProcess(pid), doing }))
  return () => rmSync(path, { force: true })
}

/** What a process that has not ended is doing with a run, for people; null where there is none. */
export function useOf(directory: string): string | null {
  for (const name of readdirSync(directory).filter((entry) => entry.startsWith(prefix))) {
    const path = join(directory, name)
    const text = readIfThere(path)
    const use = text === null ? null : useFrom(text)
    const liveness = use && livenessOf(use)
    if (liveness === 'alive') return `process ${use!.pid} ${use!.doing}`
    if (liveness === 'unknown')
      return (
        `process ${use!.pid} on ${use!.host} ${use!.doing}; whether it still runs cannot be seen from here; ` +
        `if it does not, delete the file ${path}`
      )
  }
  return null
}

/** Null for what none of us has written. */
function useFrom(text: string): z.infer<typeof useSchema> | null {
  try {
    return useSchema.parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}
