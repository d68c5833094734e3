import { and, eq, inArray } from 'drizzle-orm'
import type { RunDigest } from '#contract/run/digest.ts'
import type { Store } from './open.ts'
import { digests, runs, type DigestRow } from './schema.ts'

/** Puts a digest in the place of the run's older one. */
export function saveDigest({ db }: Store, row: DigestRow): void {
  db.insert(digests).values(row).onConflictDoUpdate({ target: digests.run, set: row }).run()
}

/** The digests that are up to date, by run. */
export function digestsOf({ db }: Store, ids: readonly string[]): Map<string, RunDigest> {
  const rows = db
    .select({ id: digests.run, digest: digests.digest })
    .from(digests)
    .innerJoin(runs, and(eq(digests.run, runs.id), eq(digests.updatedAt, runs.updatedAt)))
    .where(inArray(digests.run, [...ids]))
    .all()
  return new Map(rows.map(({ id, digest }) => [id, digest]))
}
