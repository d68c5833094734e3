import { join } from 'node:path'
import { expect, it } from 'vitest'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from './run-to-end.ts'

it('a run whose settings do not go together is refused before it begins, wherever it comes from', async () => {
  const folder = temporaryFolder()
  const config = smallConfig(writeVectorTable(folder), { search: { strategy: 'random', deriveBy: 'phi' } })
  await expect(runToEnd(join(folder, 'data'), config)).rejects.toMatchObject({
    code: 'bad-configuration',
    detail: expect.stringContaining('search.deriveBy: random values nothing'),
  })
})
