import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { RunAnnotations } from '#contract/run/annotations.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import { saveDigest } from './digests.ts'
import type { Store } from './open.ts'
import { searchColumns } from './run-rows.ts'
import { contributions, runs, type ContributionRow, type DigestRow, type RunRow } from './schema.ts'

export const newestFirst = [desc(runs.createdAt), desc(runs.id)]

/** One statement for every row: building one for thousands of rows takes twice as long. */
const prepareContribution = ({ db }: Store) =>
  db
    .insert(contributions)
    .values({
      run: sql.placeholder('run'),
      epoch: sql.placeholder('epoch'),
      player: sql.placeholder('player'),
      phi: sql.placeholder('phi'),
      standardError: sql.placeholder('standardError'),
    })
    .prepare()

const prepared = new WeakMap<Store, ReturnType<typeof prepareContribution>>()

function contributionInsert(store: Store): ReturnType<typeof prepareContribution> {
  const known = prepared.get(store) ?? prepareContribution(store)
  prepared.set(store, known)
  return known
}

/** What the index holds of a run beside its row; what is left out stays as it is. */
interface RunParts {
  ledger?: ContributionRow[] | undefined
  digest?: DigestRow | undefined
}

/** Puts a run in the place of what the index held of it, all of it or nothing. */
export function saveRun(store: Store, row: RunRow, { ledger, digest }: RunParts = {}): void {
  store.db.transaction((transaction) => {
    transaction.insert(runs).values(row).onConflictDoUpdate({ target: runs.id, set: row }).run()
    if (digest) saveDigest(store, digest)
    if (ledger === undefined) return
    transaction.delete(contributions).where(eq(contributions.run, row.id)).run()
    const insert = contributionInsert(store)
    for (const one of ledger) insert.run(one)
  })
}

/** Answers whether the index had the run in that place. */
export function removeRun({ db }: Store, id: string, { trashed }: { trashed: boolean }): boolean {
  const fitting = and(eq(runs.id, id), eq(runs.trashed, trashed))
  return db.delete(runs).where(fitting).run().changes > 0
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

/** The indexed ones of these runs. */
export function runsById({ db }: Store, ids: readonly string[]): Map<string, RunSummary> {
  const rows = db
    .select()
    .from(runs)
    .where(inArray(runs.id, [...ids]))
  return new Map(rows.all().map((row) => [row.id, summaryFromRow(row)]))
}

/** What the files of the indexed runs of the list or of the trash looked like when they were read, and the state then. */
export function indexedRuns(
  { db }: Store,
  { trashed }: { trashed: boolean },
): Pick<RunRow, 'id' | 'state' | 'signature'>[] {
  return db
    .select({ id: runs.id, state: runs.state, signature: runs.signature })
    .from(runs)
    .where(eq(runs.trashed, trashed))
    .all()
}

/** Marks a run as moved where the index knows its files as they are; else answers false. */
export function moveRow({ db }: Store, id: string, place: Pick<RunRow, 'trashed' | 'signature'>): boolean {
  const asRead = and(eq(runs.id, id), eq(runs.signature, place.signature))
  return db.update(runs).set({ trashed: place.trashed }).where(asRead).run().changes > 0
}

interface AnnotatedRow {
  annotations: RunAnnotations
  /** The name in the configuration. */
  configured: string
  /** What the files looked like before and after the annotations were written. */
  signatures: { before: string; after: string }
}

/**
 * Takes over annotations that were just written, and answers the signature of the row then. A row that was out of date
 * before stays so.
 */
export function annotateRow({ db }: Store, id: string, row: AnnotatedRow): string {
  const { annotations, configured, signatures } = row
  return db.transaction((transaction) => {
    const known = transaction.select().from(runs).where(eq(runs.id, id)).get()
    if (!known) return ''
    const { tags, notes } = annotations
    const changed = { ...known, name: annotations.name ?? configured, tags, notes }
    const signature = known.signature === signatures.before ? signatures.after : known.signature
    transaction
      .update(runs)
      .set({ ...changed, ...searchColumns(changed), signature })
      .where(eq(runs.id, id))
      .run()
    return signature
  })
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
