import { computed, ref, shallowRef } from 'vue'
import type { RunPage, RunSummary } from '#contract/calls/runs.ts'
import type { ProblemReport } from '#contract/problem.ts'
import type { RunQuery } from '#contract/run/query.ts'
import { describeFailure } from '../backend/connection.ts'
import { queryFromFilter, type RunFilter } from './filter.ts'

/** Rows of one request while scrolling; `mostRows` of one while reading all. */
export const pageSize = 100
const mostRows = 500
const mostRequests = 2

interface LoadedPage {
  rows: readonly RunSummary[]
  /** The request's generation; a page of an older one is shown until its new one arrives. */
  generation: number
}

const noFacets: RunPage['facets'] = { state: [], dataset: [], strategy: [], tag: [], study: [] }

/**
 * A long list of runs, of which only the pages that are looked at are fetched. The rows of the old filter stay until
 * the new ones arrive; answers to older questions are ignored.
 */
export function createRunPages(ask: (query: RunQuery) => Promise<RunPage>, first: RunFilter) {
  const pages = shallowRef<ReadonlyMap<number, LoadedPage>>(new Map())
  const total = ref(0)
  const facets = shallowRef(noFacets)
  const loaded = ref(false)
  const problem = shallowRef<ProblemReport | null>(null)
  /** The oldest generation whose pages are in the present filter's order. */
  let valid = 0
  const generation = ref(0)
  /** Of the newest answer. */
  const answered = ref(-1)
  let filter = first
  let wanted = [0]
  const requested = new Map<number, number>()

  /** Shows other runs, or the same in another order. */
  function show(next: RunFilter): void {
    filter = next
    generation.value++
    valid = generation.value
    problem.value = null
    fetchWanted()
  }

  /** Fetches what is looked at anew; everything else when it is looked at again. */
  function refresh(): void {
    generation.value++
    problem.value = null
    fetchWanted()
  }

  /** Says which rows are looked at, the last one included. */
  function want(from: number, to: number): void {
    const [start, end] = [Math.floor(from / pageSize), Math.floor(to / pageSize)]
    wanted = Array.from({ length: end - start + 1 }, (_, i) => start + i)
    fetchWanted()
  }

  function fetchWanted(): void {
    if (problem.value) return
    for (const page of wanted) {
      if (requested.size >= mostRequests) return
      const isThere = pages.value.get(page)?.generation === generation.value
      const isBeyond = answered.value === generation.value && page > 0 && page * pageSize >= total.value
      if (!isThere && !isBeyond && !requested.has(requestOf(page))) void fetchPage(page)
    }
  }

  const requestOf = (page: number) => generation.value * 1e6 + page

  async function fetchPage(page: number): Promise<void> {
    const [asked, request] = [generation.value, requestOf(page)]
    requested.set(request, page)
    try {
      const answer = await ask(queryFromFilter(filter, page * pageSize, pageSize))
      if (asked === generation.value) put(page, answer)
    } catch (error) {
      if (asked === generation.value) problem.value = describeFailure(error)
    } finally {
      requested.delete(request)
      fetchWanted()
    }
  }

  function put(page: number, answer: RunPage): void {
    const kept = [...pages.value].filter(
      ([at, { generation: made }]) => made >= valid && at * pageSize < answer.total,
    )
    pages.value = new Map(kept).set(page, { rows: answer.rows, generation: generation.value })
    total.value = answer.total
    facets.value = answer.facets
    answered.value = generation.value
    loaded.value = true
  }

  const rowAt = (index: number): RunSummary | undefined =>
    pages.value.get(Math.floor(index / pageSize))?.rows[index % pageSize]

  /** Where the run stands, among the rows that are there; −1 if it is not. */
  function indexOf(id: string): number {
    for (const [page, { rows }] of pages.value) {
      const at = rows.findIndex((row) => row.id === id)
      if (at >= 0) return page * pageSize + at
    }
    return -1
  }

  /** Puts the changed run in its place, wherever it is shown; its order is that of the last answer. */
  function replace(run: RunSummary): void {
    const index = indexOf(run.id)
    if (index < 0) return
    const page = Math.floor(index / pageSize)
    const { rows, generation: made } = pages.value.get(page)!
    pages.value = new Map(pages.value).set(page, {
      rows: rows.with(index % pageSize, run),
      generation: made,
    })
  }

  /** Every run from one row to another, both included, fetched where they are not there. */
  async function rowsBetween(one: number, other: number): Promise<RunSummary[]> {
    const [from, to] = [Math.min(one, other), Math.max(one, other)]
    const there = Array.from({ length: to - from + 1 }, (_, i) => rowAt(from + i))
    if (there.every((row) => row !== undefined)) return there as RunSummary[]
    return readRows(from, to + 1, () => {})
  }

  /** All runs that fit the filter; tells after each request how many have been read. */
  const readAll = (tell: (read: number) => void): Promise<RunSummary[]> => readRows(0, Infinity, tell)

  async function readRows(from: number, end: number, tell: (read: number) => void): Promise<RunSummary[]> {
    const asked = filter
    const read = new Map<string, RunSummary>()
    for (let offset = from; offset < end; offset += mostRows) {
      const answer = await ask(queryFromFilter(asked, offset, Math.min(mostRows, end - offset)))
      for (const row of answer.rows) read.set(row.id, row)
      tell(read.size)
      if (offset + answer.rows.length >= answer.total) break
    }
    return [...read.values()]
  }

  /** Whether rows of an older question are still shown. */
  const waiting = computed(() => answered.value !== generation.value && problem.value === null)

  return {
    pages,
    total,
    facets,
    loaded,
    problem,
    waiting,
    show,
    refresh,
    want,
    rowAt,
    indexOf,
    replace,
    rowsBetween,
    readAll,
  }
}

export type RunPages = ReturnType<typeof createRunPages>
