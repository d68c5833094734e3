import { expect, it } from 'vitest'
import { FeatureMemory } from '#worker/backbone/feature-memory.ts'

it('gives memory away until it is taken, and takes nothing for what does not fit', () => {
  const memory = new FeatureMemory(3)
  const mebibyte = 2 ** 20
  expect(memory.reserve(2 * mebibyte)).toBe(true)
  expect(memory.reserve(2 * mebibyte)).toBe(false)
  expect(memory.reserve(mebibyte)).toBe(true)
  expect(memory.reserve(1)).toBe(false)
})

it('is a part of the machine where nothing is said', () => {
  expect(new FeatureMemory().reserve(1e6)).toBe(true)
  expect(new FeatureMemory().reserve(1e15)).toBe(false)
})
