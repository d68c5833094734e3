import { and, asc, count, desc, eq, inArray, isNotNull, sql, type SQL } from 'drizzle-orm'
import type { RunOverview, RunPage } from '#contract/calls/runs.ts'
import {
  activeStates,
  type FacetCount,
  type RunFacet,
  type RunPoints,
  type RunQuery,
  type RunSortKey,
} from '#contract/run/query.ts'
import type { Store } from './open.ts'
import { newestFirst, summaryFromRow } from './runs.ts'
import { digests, runs } from './schema.ts'
import { varyingSettings } from './setting-columns.ts'

const gain = sql<number | null>`${runs.scoreMean} - ${runs.bestSingleMean}`

const sortedBy: Record<RunSortKey, SQL> = {
  name: sql`${runs.sortName}`,
  state: sql`${runs.state}`,
  dataset: sql`${runs.dataset}`,
  strategy: sql`${runs.strategy}`,
  score: sql`${runs.scoreMean}`,
  gain,
  parameters: sql`${runs.parameters}`,
  latency: sql`${runs.latencyMs}`,
  cost: sql`${runs.cost}`,
  started: sql`${runs.createdAt}`,
}

/** The page of runs that a query asks for; filtered, counted, sorted and cut in SQL. */
export function queryRuns({ db }: Store, query: RunQuery): RunPage {
  const { limit, offset } = query
  const fitting = and(...conditions(query))
  // The rows are wide: sorting takes their ids only, and those of the page are read.
  const page = db
    .select({ id: runs.id })
    .from(runs)
    .where(fitting)
    .orderBy(...order(query))
    .limit(limit)
    .offset(offset)
  const rows = db
    .select()
    .from(runs)
    .where(inArray(runs.id, page))
    .orderBy(...order(query))
    .all()
  const [{ total }] = db.select({ total: count() }).from(runs).where(fitting).all()
  return { rows: rows.map(summaryFromRow), total, facets: countFacets({ db }, query) }
}

function order({ sort }: RunQuery): SQL[] {
  const value = sortedBy[sort.key]
  const inDirection = (sort.descending ? desc : asc)(value)
  if (sort.key === 'started') return [inDirection, desc(runs.id)]
  const isScore = sort.key === 'score' || sort.key === 'gain'
  const apart = isScore ? [desc(sql`case when ${value} is null then '' else ${runs.task} end`)] : []
  return [sql`${value} is null`, ...apart, inDirection, ...newestFirst]
}

export function overviewOfRuns({ db }: Pick<Store, 'db'>): RunOverview {
  const [{ total, trashed }] = db
    .select({
      total: sql<number>`count(*) filter (where not ${runs.trashed})`,
      trashed: sql<number>`count(*) filter (where ${runs.trashed})`,
    })
    .from(runs)
    .all()
  const active = db
    .select()
    .from(runs)
    .where(and(eq(runs.trashed, false), inArray(runs.state, [...activeStates])))
    .orderBy(...newestFirst)
    .all()
  return { total, trashed, active: active.map(summaryFromRow) }
}

/** Every run that is done and has a score, the newest first, with the settings in which they differ. */
export function pointsOfRuns({ db }: Store): RunPoints {
  const rows = db
    .select({
      id: runs.id,
      name: runs.name,
      dataset: runs.dataset,
      task: runs.task,
      strategy: runs.strategy,
      space: runs.space,
      seed: runs.seed,
      study: runs.study,
      tags: runs.tags,
      createdAt: runs.createdAt,
      parameters: runs.parameters,
      multiplyAdds: digests.multiplyAdds,
      latencyMs: runs.latencyMs,
      cost: runs.cost,
      score: sql<number>`${runs.scoreMean}`,
      deviation: sql<number>`${runs.scoreDeviation}`,
      repetitions: sql<number>`${runs.scoreRepetitions}`,
      gain,
      settings: digests.settings,
    })
    .from(runs)
    .innerJoin(digests, eq(digests.run, runs.id))
    .where(and(eq(runs.trashed, false), eq(runs.state, 'done'), isNotNull(runs.scoreMean)))
    .orderBy(...newestFirst)
    .all()
  return {
    points: rows.map(({ settings: _settings, ...point }) => point),
    settings: varyingSettings(rows.map(({ settings }) => settings)),
  }
}

const columnOf = {
  state: runs.state,
  dataset: runs.dataset,
  strategy: runs.strategy,
  study: runs.study,
}

/** Each facet under the text and the choices of all others, so that it tells what choosing a value would give. */
function countFacets({ db }: Pick<Store, 'db'>, query: RunQuery): RunPage['facets'] {
  const countOf = (facet: RunFacet): FacetCount[] => {
    const value = facet === 'tag' ? sql<string>`tag.value` : sql<string>`${columnOf[facet]}`
    const source = facet === 'tag' ? sql`${runs}, json_each(${runs.tags}) as tag` : sql`${runs}`
    const fitting = and(...conditions(query, facet), sql`${value} is not null`)
    return db.all<FacetCount>(
      sql`select ${value} as value, count(*) as count from ${source} where ${fitting}
        group by 1 order by count desc, value`,
    )
  }
  return {
    state: countOf('state'),
    dataset: countOf('dataset'),
    strategy: countOf('strategy'),
    tag: countOf('tag'),
    study: countOf('study'),
  }
}

/** What a run must fulfil; a facet that is being counted puts no condition itself. */
function conditions(query: RunQuery, counted?: RunFacet): SQL[] {
  const chosen = (facet: RunFacet, values: readonly string[], condition: SQL): SQL[] =>
    facet === counted || values.length === 0 ? [] : [condition]
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean)
  return [
    eq(runs.trashed, query.trashed),
    ...allOf(words.map((word) => sql`instr(${runs.searchText}, ${word}) > 0`)),
    ...chosen('state', query.states, inArray(runs.state, query.states)),
    ...chosen('dataset', query.datasets, inArray(runs.dataset, query.datasets)),
    ...chosen('strategy', query.strategies, inArray(runs.strategy, query.strategies)),
    ...chosen('study', query.studies, inArray(runs.study, query.studies)),
    ...chosen('tag', query.tags, hasTag(query.tags)),
  ]
}

/** SQLite takes no more than 1000 conditions in a row, but as many in groups. */
function allOf(conditions: readonly SQL[], group = 32): SQL[] {
  const groups = Array.from({ length: Math.ceil(conditions.length / group) }, (_, i) => group * i)
  return groups.map((from) => sql`(${and(...conditions.slice(from, from + group))})`)
}

const hasTag = (tags: string[]): SQL =>
  sql`exists (select 1 from json_each(${runs.tags}) where ${inArray(sql`value`, tags)})`
