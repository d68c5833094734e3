import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunSummary } from '#contract/calls/runs.ts'
import { everyRun, runSortKeys, type RunQuery } from '#contract/run/query.ts'
import { runStatus } from '#contract/run/status.ts'
import { openStore, type Store } from '#main/store/open.ts'
import { queryRuns } from '#main/store/query-runs.ts'
import { searchColumns } from '#main/store/run-rows.ts'
import { removeAllRuns, saveRun } from '#main/store/runs.ts'
import { queryRunsPlainly } from '../../fixtures/query-runs.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const states = runStatus.shape.state.options
const words = ['Demo', 'ÜBER', 'run_1', '100%', "it's", 'a\\b', 'x', 'seed'] as const
const datasets = ['emoji8', 'table.csv', 'MM-IMDB'] as const
const strategies = ['sm-shapnas', 'darts', 'random'] as const
const tags = ['paper', 'Final', 'ß', '"quoted"'] as const
const studies = ['s1', 's2'] as const
const text = fc.array(fc.constantFrom(...words), { maxLength: 3 }).map((some) => some.join(' '))
const few = fc.constantFrom(0.25, 0.5, 0.75, 1)
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

const summaries: fc.Arbitrary<RunSummary[]> = fc
  .array(
    fc.record({
      name: text,
      state: fc.constantFrom(...states),
      dataset: fc.constantFrom(...datasets),
      task: fc.constantFrom('single-label' as const, 'multi-label' as const),
      strategy: fc.constantFrom(...strategies),
      space: fc.constantFrom('sm-shapnas', 'bm-nas'),
      seed: fc.nat(12),
      createdAt: fc.nat(4),
      updatedAt: fc.constant(9),
      score: orNull(few.map((mean) => ({ mean, deviation: 0.01, repetitions: 3 }))),
      bestSingle: orNull(few.map((mean) => ({ model: 'image', mean: mean / 3 }))),
      parameters: orNull(fc.nat(3)),
      latencyMs: orNull(few),
      cost: orNull(fc.nat(3)),
      done: few,
      tags: fc.subarray([...tags]),
      notes: text,
      study: orNull(fc.constantFrom(...studies)),
      problem: fc.constant(null),
      priority: fc.constant(0),
      trashed: fc.boolean(),
    }),
    { maxLength: 25 },
  )
  .map((runs) => runs.map((run, i) => ({ id: `r${(i * 7) % 25}`, ...run })))

const queries: fc.Arbitrary<RunQuery> = fc.record({
  text: fc.oneof(
    fc.constant(''),
    text,
    fc.constantFrom('über', 'PAPER', 'seed 1', '%', '_', 'done demo', ' x  '),
  ),
  states: fc.subarray([...states], { maxLength: 3 }),
  datasets: fc.subarray([...datasets, 'none']),
  strategies: fc.subarray([...strategies]),
  tags: fc.subarray([...tags]),
  studies: fc.subarray([...studies]),
  trashed: fc.boolean(),
  sort: fc.record({ key: fc.constantFrom(...runSortKeys), descending: fc.boolean() }),
  offset: fc.nat(6),
  limit: fc.nat(30),
})

describe('a query of the list of runs', () => {
  let store: Store

  beforeAll(async () => {
    store = await openStore(temporaryFolder())
  })
  afterAll(() => store.close())

  it('answers in SQL what filtering, sorting and counting one by one would', () => {
    fc.assert(
      fc.property(summaries, fc.array(queries, { minLength: 1, maxLength: 12 }), (runs, asked) => {
        removeAllRuns(store)
        for (const run of runs) saveSummary(store, run)
        for (const query of asked) expect(queryRuns(store, query)).toEqual(queryRunsPlainly(runs, query))
      }),
      { numRuns: 150 },
    )
  })

  it.each(['score', 'gain'] as const)(
    'by %s puts runs without one last, the newest first, whatever they learn',
    (key) => {
      removeAllRuns(store)
      const [run] = fc.sample(
        summaries.filter(({ length }) => length > 0),
        1,
      )[0]
      const bare = { ...run, trashed: false, bestSingle: null }
      const scored = {
        ...bare,
        score: { mean: 0.5, deviation: 0, repetitions: 1 },
        bestSingle: { model: 'x', mean: 0.4 },
      }
      const runs: RunSummary[] = [
        { ...bare, id: 'older', score: null, createdAt: 1, task: 'single-label' },
        { ...bare, id: 'newer', score: null, createdAt: 2, task: 'multi-label' },
        { ...scored, id: 'several', createdAt: 3, task: 'multi-label' },
        { ...scored, id: 'one', createdAt: 0, task: 'single-label' },
      ]
      for (const each of runs) saveSummary(store, each)
      for (const descending of [true, false]) {
        const query = { ...everyRun, sort: { key, descending }, offset: 0, limit: 10 }
        const ids = queryRuns(store, query).rows.map(({ id }) => id)
        expect(ids).toEqual(['one', 'several', 'newer', 'older'])
      }
    },
  )

  it('takes a text of very many words', () => {
    const many = Array.from({ length: 500 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join(' ')
    const query: RunQuery = {
      text: many,
      states: [],
      datasets: [],
      strategies: [],
      tags: [],
      studies: [],
      trashed: false,
      sort: { key: 'started', descending: true },
      offset: 0,
      limit: 10,
    }
    expect(queryRuns(store, query).total).toBe(0)
    const { total } = queryRuns(store, { ...query, text: '' })
    expect(queryRuns(store, { ...query, text: ' '.repeat(1000) }).total).toBe(total)
  })
})

function saveSummary(store: Store, { score, bestSingle, ...run }: RunSummary): void {
  saveRun(store, {
    ...run,
    ...searchColumns(run),
    scoreMean: score?.mean ?? null,
    scoreDeviation: score?.deviation ?? null,
    scoreRepetitions: score?.repetitions ?? null,
    bestSingleModel: bestSingle?.model ?? null,
    bestSingleMean: bestSingle?.mean ?? null,
    genotype: null,
    signature: '',
  })
}
