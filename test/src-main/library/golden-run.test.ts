import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { foldEvents, latest, scoreTable } from '#contract/run/state.ts'
import { queryRuns } from '#main/store/query-runs.ts'
import { runsById } from '#main/store/runs.ts'
import { readCheckpoint } from '#worker/run-directory/checkpoint.ts'
import { readConfig, readEvents, readResult, readStatus } from '#worker/run-directory/read.ts'
import { openLibrary } from './open-library.ts'

const golden = fileURLToPath(new URL('../../golden/', import.meta.url))
/** One of every version; scripts/make-golden-run.ts makes them, and none of them may ever change. */
const versions = readdirSync(golden).filter((name) => name.startsWith('run-v'))

describe.each(versions)('the run directory %s of an earlier day', (name) => {
  const directory = join(golden, name)

  it('opens whole: configuration, status, events, result and checkpoint', () => {
    expect(readConfig(directory)).toMatchObject({
      name: 'golden',
      seed: 3,
      search: { strategy: 'sm-shapnas' },
    })
    expect(readStatus(directory)).toMatchObject({ state: 'done', process: null })
    const state = foldEvents(readEvents(directory))
    expect(scoreTable(state).map(({ model, scores }) => [model, scores.length])).toEqual([
      ['left', 2],
      ['right', 2],
      ['concatenation', 2],
      ['derived', 2],
    ])
    expect(latest(state, 'searched')?.genotype.cells).toHaveLength(2)
    expect(latest(state, 'predictions')?.labels).toHaveLength(24)
    expect(readResult(directory)).toMatchObject({ genotype: { space: 'sm-shapnas' } })
    expect(readCheckpoint(directory)?.damaged).toEqual([])
  })

  it('is imported, indexed and found by its tag', async () => {
    const bench = await openLibrary()
    const report = await bench.library.import(directory)
    expect(report).toEqual({ imported: [{ id: name, from: name }], present: [], refused: [] })
    const summary = runsById(bench.store, [name]).get(name)!
    expect(summary).toMatchObject({
      name: 'golden',
      state: 'done',
      dataset: 'vectors',
      strategy: 'sm-shapnas',
      done: 1,
      tags: ['golden'],
      notes: 'Every later version opens this.',
    })
    expect(summary.score?.repetitions).toBe(2)
    expect(summary.cost).toBeGreaterThan(0)
    expect(summary.parameters).toBeGreaterThan(0)
    const sort = { key: 'score', descending: true } as const
    const everything = { text: '', states: [], datasets: [], strategies: [], studies: [], trashed: false }
    const { rows } = queryRuns(bench.store, { ...everything, tags: ['golden'], sort, offset: 0, limit: 10 })
    expect(rows).toEqual([summary])
  })
})
