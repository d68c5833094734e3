import { desc, eq } from 'drizzle-orm'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { Store } from './open.ts'
import { contributions, runs, type ContributionRow, type RunRow } from './schema.ts'

/** Rows of one insert; SQLite takes a limited number of values. */
const rowsAtOnce = 2000

export const newestFirst = [desc(runs.createdAt), desc(runs.id)]

/** Puts a run in the place of what the index held of it; without contributions those stay as they are. */
export function saveRun({ db }: Store, row: RunRow, ledger?: ContributionRow[]): void {
  db.transaction((transaction) => {
    transaction.insert(runs).values(row).onConflictDoUpdate({ target: runs.id, set: row }).run()
    if (ledger === undefined) return
    transaction.delete(contributions).where(eq(contributions.run, row.id)).run()
    for (let start = 0; start < ledger.length; start += rowsAtOnce) {
      transaction
        .insert(contributions)
        .values(ledger.slice(start, start + rowsAtOnce))
        .run()
    }
  })
}

export function removeRun({ db }: Store, id: string): void {
  db.delete(runs).where(eq(runs.id, id)).run()
}

export function removeAllRuns({ db }: Store): void {
  db.delete(runs).run()
}

/** All runs that are not in the trash, the newest first. */
export function listRuns({ db }: Store): RunSummary[] {
  const rows = db
    .select()
    .from(runs)
    .where(eq(runs.trashed, false))
    .orderBy(...newestFirst)
  return rows.all().map(summaryFromRow)
}

/** What the files of every indexed run looked like when they were read, and its state then. */
export function indexedRuns({ db }: Store): Pick<RunRow, 'id' | 'state' | 'signature'>[] {
  return db.select({ id: runs.id, state: runs.state, signature: runs.signature }).from(runs).all()
}

export function summaryFromRow({
  scoreMean,
  scoreDeviation,
  scoreRepetitions,
  bestSingleModel,
  bestSingleMean,
  sortName: _sortName,
  searchText: _searchText,
  genotype: _genotype,
  signature: _signature,
  ...shown
}: RunRow): RunSummary {
  const score =
    scoreMean === null
      ? null
      : { mean: scoreMean, deviation: scoreDeviation!, repetitions: scoreRepetitions! }
  const bestSingle = bestSingleModel === null ? null : { model: bestSingleModel, mean: bestSingleMean! }
  return { ...shown, score, bestSingle }
}
