import { expect, it } from 'vitest'
import { killAndGoOn } from './kill.ts'

it('a run that is killed at any of a hundred moments can be read and goes on', async () => {
  expect(await killAndGoOn(100)).toBeGreaterThan(0)
})
