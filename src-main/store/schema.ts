import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { TaskName } from '#contract/dataset.ts'
import type { Genotype } from '#contract/genotype.ts'
import type { RunDigest } from '#contract/run/digest.ts'
import type { RunStateName } from '#contract/run/status.ts'

/** One row a run: what the list of runs shows, taken from the run directory. */
export const runs = sqliteTable(
  'runs',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    state: text().$type<RunStateName>().notNull(),
    dataset: text().notNull(),
    task: text().$type<TaskName>().notNull(),
    strategy: text().notNull(),
    space: text().notNull(),
    seed: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    scoreMean: real(),
    scoreDeviation: real(),
    scoreRepetitions: integer(),
    bestSingleModel: text(),
    bestSingleMean: real(),
    parameters: integer(),
    latencyMs: real(),
    cost: real(),
    done: real().notNull(),
    tags: text({ mode: 'json' }).$type<string[]>().notNull(),
    notes: text().notNull(),
    study: text(),
    problem: text(),
    priority: integer().notNull(),
    trashed: integer({ mode: 'boolean' }).notNull(),
    /** The name, or the id of a nameless run, in lower case. */
    sortName: text().notNull(),
    /** Lower-cased, what the text filter looks through. */
    searchText: text().notNull(),
    genotype: text({ mode: 'json' }).$type<Genotype>(),
    /** What the files looked like when they were read; a run with another signature is read again. */
    signature: text().notNull(),
  },
  (table) => [
    index('runs_by_creation').on(table.trashed, table.createdAt, table.id),
    // Facets are counted and texts are searched without the rows themselves.
    index('runs_by_facet').on(
      table.trashed,
      table.state,
      table.dataset,
      table.strategy,
      table.study,
      table.tags,
      table.searchText,
    ),
  ],
)

/** φ of every player in every epoch of every run, so that histories can be asked for across runs. */
export const contributions = sqliteTable(
  'contributions',
  {
    run: text()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    epoch: integer().notNull(),
    player: text().notNull(),
    phi: real().notNull(),
    standardError: real(),
  },
  (table) => [
    primaryKey({ columns: [table.run, table.epoch, table.player] }),
    index('contributions_by_player').on(table.player),
  ],
)

/** What comparisons and plots over many runs show of a run that nobody works on, so that its log is not read for them. */
export const digests = sqliteTable('digests', {
  run: text()
    .primaryKey()
    .references(() => runs.id, { onDelete: 'cascade' }),
  /** As of the run's row; a digest with another moment is out of date. */
  updatedAt: integer().notNull(),
  multiplyAdds: integer(),
  /** The configuration without name, seed and study, as JSON: equal settings are equal texts. */
  settings: text().notNull(),
  /** Last, because it is long: whoever reads the columns before it does not read it. */
  digest: text({ mode: 'json' }).$type<RunDigest>().notNull(),
})

export type RunRow = typeof runs.$inferSelect
export type ContributionRow = typeof contributions.$inferSelect
export type DigestRow = typeof digests.$inferSelect
