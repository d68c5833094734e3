import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { RunPage, RunSummary } from '#contract/calls/runs.ts'
import type { RunQuery } from '#contract/run/query.ts'
import { filterFromAddress } from '../../../src-renderer/runs/filter.ts'
import { createRunPages, pageSize } from '../../../src-renderer/runs/run-pages.ts'
import { madeUpRun } from './made-up-run.ts'

interface Question {
  query: RunQuery
  answer(page?: Partial<RunPage>): Promise<void>
  refuse(): Promise<void>
}

/** A back end that answers when the test says so, out of `count` runs named after the filter and their place. */
function patientBackend(count: number) {
  const questions: Question[] = []
  const rows = ({ text, offset, limit }: RunQuery): RunSummary[] =>
    Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_, i) =>
      madeUpRun(`${text}${offset + i}`),
    )
  const ask = (query: RunQuery) =>
    new Promise<RunPage>((resolve, reject) => {
      const facets = { state: [], dataset: [], strategy: [], tag: [], study: [] }
      questions.push({
        query,
        answer(page) {
          resolve({ rows: rows(query), total: count, facets, ...page })
          return turn()
        },
        refuse() {
          reject(new Error('no answer'))
          return turn()
        },
      })
    })
  return { questions, ask, offsets: () => questions.map(({ query }) => query.offset) }
}
const filter = (text: string) => filterFromAddress({ q: text })

describe('the pages of a long list', () => {
  it('are fetched where they are looked at, each once', async () => {
    const { questions, ask, offsets } = patientBackend(10_000)
    const pages = createRunPages(ask, filter('a'))
    pages.want(0, 40)
    await questions[0].answer()
    pages.want(8950, 9010)
    expect(offsets()).toEqual([0, 8900, 9000])
    await questions[1].answer()
    await questions[2].answer()
    pages.want(8960, 9020)
    expect(offsets()).toHaveLength(3)
    expect(pages.rowAt(9005)?.id).toBe('a9005')
    expect(pages.rowAt(5000)).toBeUndefined()
    expect(pages.total.value).toBe(10_000)
  })

  it('keep the old rows until the new ones are there, and ignore answers to older questions', async () => {
    const { questions, ask } = patientBackend(300)
    const pages = createRunPages(ask, filter('a'))
    pages.want(0, 40)
    await questions[0].answer()
    pages.show(filter('b'))
    pages.show(filter('c'))
    expect(pages.rowAt(0)?.id).toBe('a0')
    expect(pages.waiting.value).toBe(true)
    await questions[2].answer()
    expect(pages.rowAt(0)?.id).toBe('c0')
    await questions[1].answer()
    expect(pages.rowAt(0)?.id).toBe('c0')
    expect(pages.waiting.value).toBe(false)
  })

  it('never mix rows of two orders', async () => {
    const { questions, ask } = patientBackend(300)
    const pages = createRunPages(ask, filter('a'))
    pages.want(90, 110)
    await questions[0].answer()
    await questions[1].answer()
    pages.show(filter('b'))
    await questions[2].answer()
    expect([pages.rowAt(99)?.id, pages.rowAt(100)?.id]).toEqual(['b99', undefined])
  })

  it('stay while they are refreshed, and forget what is no more', async () => {
    const { questions, ask, offsets } = patientBackend(250)
    const pages = createRunPages(ask, filter('a'))
    pages.want(150, 240)
    await questions[0].answer()
    await questions[1].answer()
    pages.refresh()
    expect(offsets().slice(2)).toEqual([100, 200])
    await questions[2].answer({ total: 200 })
    expect([pages.rowAt(150)?.id, pages.rowAt(210)]).toEqual(['a150', undefined])
  })

  it('show a changed run in its place', async () => {
    const { questions, ask } = patientBackend(150)
    const pages = createRunPages(ask, filter('a'))
    pages.want(0, 120)
    await questions[0].answer()
    await questions[1].answer()
    pages.replace(madeUpRun('a104', { state: 'failed' }))
    expect(pages.rowAt(104)?.state).toBe('failed')
    expect(pages.indexOf('a104')).toBe(104)
    pages.replace(madeUpRun('elsewhere'))
    expect(pages.indexOf('elsewhere')).toBe(-1)
  })

  it('say a failure once and go on when asked again', async () => {
    const { questions, ask } = patientBackend(10)
    const pages = createRunPages(ask, filter('a'))
    pages.want(0, 40)
    await questions[0].refuse()
    expect(pages.problem.value?.detail).toBe('no answer')
    expect(questions).toHaveLength(1)
    pages.refresh()
    await questions[1].answer()
    expect(pages.problem.value).toBeNull()
    expect(pages.rowAt(9)?.id).toBe('a9')
  })

  it('read a range over pages that are not there, and all runs in few requests', async () => {
    const { questions, ask, offsets } = patientBackend(1201)
    const pages = createRunPages(ask, filter('a'))
    const range = pages.rowsBetween(pageSize + 2, pageSize - 1)
    await questions[0].answer()
    expect((await range).map(({ id }) => id)).toEqual(['a99', 'a100', 'a101', 'a102'])
    const told: number[] = []
    const all = pages.readAll((read) => told.push(read))
    for (const at of [1, 2, 3]) await questions[at].answer()
    expect(await all).toHaveLength(1201)
    expect(offsets().slice(1)).toEqual([0, 500, 1000])
    expect(told).toEqual([500, 1000, 1201])
  })
})
