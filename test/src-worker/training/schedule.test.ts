import { expect, it } from 'vitest'
import { cosineAnnealing } from '#worker/training/schedule.ts'

it('falls from the maximum to the minimum along half a cosine', () => {
  expect(cosineAnnealing(0, 10, 1, 0.1)).toBe(1)
  expect(cosineAnnealing(5, 10, 1, 0.1)).toBeCloseTo(0.55)
  expect(cosineAnnealing(10, 10, 1, 0.1)).toBeCloseTo(0.1)
  expect(cosineAnnealing(2.5, 10, 1, 0)).toBeCloseTo(0.5 + Math.SQRT1_2 / 2)
})
