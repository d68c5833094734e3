import { existsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { Drafts } from '#main/datasets/rejected-cells.ts'

it('keeps the cells of the last eight tables that were checked, and nothing when it is closed', () => {
  const drafts = new Drafts()
  const made = Array.from({ length: 9 }, () => {
    const { draft, path } = drafts.create()
    writeFileSync(path, '')
    return { draft, path }
  })
  expect(() => drafts.file(made[0].draft)).toThrow('not kept any more')
  expect(made.map(({ path }) => existsSync(path))).toEqual([false, ...Array.from({ length: 8 }, () => true)])
  for (const { draft, path } of made.slice(1)) expect(drafts.file(draft)).toBe(path)
  drafts.close()
  expect(existsSync(dirname(made[8].path))).toBe(false)
})
