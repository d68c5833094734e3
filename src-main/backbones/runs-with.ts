import { join } from 'node:path'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { BackboneEntry } from '#contract/calls/backbones.ts'
import { Problem } from '#contract/problem.ts'
import { readConfig } from '#worker/run-directory/read.ts'
import type { Store } from '../store/open.ts'
import { digests, runs } from '../store/schema.ts'

/** Finds the runs that use a file. What a run was configured to use never changes, so it is read once. */
export class RunsWithBackbones {
  readonly #store: Store
  readonly #runsDir: string
  readonly #used = new Map<string, readonly string[]>()

  constructor(store: Store, runsDir: string) {
    this.#store = store
    this.#runsDir = runsDir
  }

  /** The runs of the list by the id of the file that they use, the newest first. */
  byFile(): Map<string, BackboneEntry['runs']> {
    const rows = this.#store.db
      .select({
        id: runs.id,
        name: runs.name,
        state: runs.state,
        // of most runs the index knows that they use none
        perhaps: sql<number>`${digests.settings} is null or instr(${digests.settings}, '"onnx"') > 0`,
      })
      .from(runs)
      .leftJoin(digests, eq(digests.run, runs.id))
      .where(and(eq(runs.trashed, false)))
      .orderBy(desc(runs.createdAt), desc(runs.id))
      .all()
    const found = new Map<string, BackboneEntry['runs']>()
    for (const { id, name, state, perhaps } of rows) {
      if (!perhaps) continue
      for (const file of this.#filesOf(id))
        found.set(file, [...(found.get(file) ?? []), { id, name: name || id, state }])
    }
    return found
  }

  #filesOf(id: string): readonly string[] {
    const known = this.#used.get(id)
    if (known) return known
    const files = filesIn(join(this.#runsDir, id))
    this.#used.set(id, files)
    return files
  }
}

/** None for a run that cannot be read. */
function filesIn(directory: string): string[] {
  try {
    const { backbones } = readConfig(directory)
    const files = Object.values(backbones).flatMap((own) => (own.kind === 'onnx' ? [own.id] : []))
    return [...new Set(files)]
  } catch (error) {
    if (error instanceof Problem) return []
    throw error
  }
}
