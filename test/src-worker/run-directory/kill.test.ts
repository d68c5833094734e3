import { expect, it } from 'vitest'
import { killAndGoOn } from './kill.ts'

it('a run that is killed at any moment can be read and goes on', async () => {
  expect(await killAndGoOn(5)).toBeGreaterThan(0)
})
