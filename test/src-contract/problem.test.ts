import { expect, it } from 'vitest'
import { nameWantOfMemory, Problem } from '#contract/problem.ts'

it.each([
  'std::bad_alloc',
  'bad allocation',
  'Failed to allocate memory for requested buffer of size 4096',
  'CUDA failure 2: out of memory',
  'Array buffer allocation failed',
])('takes %s for a want of memory, and names where', (words) => {
  const cause = new RangeError(words)
  expect(nameWantOfMemory(cause, () => 'the supernet')).toMatchObject({
    code: 'out-of-memory',
    where: 'the supernet',
    detail: words,
    cause,
  })
})

it.each([new Error('no such tensor'), new Problem('out-of-memory', 'cell 0', 'bad_alloc'), 'out of memory'])(
  'leaves anything else as it is: %s',
  (thrown) => {
    expect(nameWantOfMemory(thrown, () => 'the supernet')).toBe(thrown)
  },
)
