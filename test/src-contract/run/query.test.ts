import { expect, it } from 'vitest'
import { everyRun, runQuery } from '#contract/run/query.ts'
import { withMark } from '#contract/run/score-name.ts'

it('the longest name that a table can have is one that the list of runs can be narrowed to', () => {
  const longest = withMark('x'.repeat(255), true)
  const query = { ...everyRun, datasets: [longest], offset: 0, limit: 50 }
  expect(runQuery.parse(query).datasets).toEqual([longest])
})
