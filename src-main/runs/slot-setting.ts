import { join } from 'node:path'
import { z } from 'zod'
import { Problem } from '#contract/problem.ts'
import { parseJson } from '#worker/run-directory/json.ts'
import { readIfThere } from '#worker/run-directory/read-if-there.ts'

const settings = z.object({ slots: z.int().min(1).max(64).default(1) })

/**
 * How many runs are executed at a time, as `settings.json` of the data folder says; 1 without it.
 * @throws Problem `bad-configuration`, `run-damaged` where the file is not understood
 */
export function readSlots(dataDir: string): number {
  const path = join(dataDir, 'settings.json')
  const text = readIfThere(path)
  if (text === null) return 1
  const parsed = settings.safeParse(parseJson(text, path))
  if (!parsed.success) throw new Problem('bad-configuration', path, parsed.error.issues[0].message)
  return parsed.data.slots
}
