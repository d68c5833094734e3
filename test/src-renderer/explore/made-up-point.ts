import type { RunPoint } from '#contract/run/query.ts'

/** A finished run as Explore draws it. */
export const point = (i: number, more: Partial<RunPoint> = {}): RunPoint => ({
  id: `r${i}`,
  name: `run ${i}`,
  dataset: 'emoji8',
  task: 'single-label',
  strategy: 'darts',
  space: 'sm-shapnas',
  seed: i,
  study: null,
  tags: [],
  createdAt: 1_700_000_000_000 + i,
  score: 0.7,
  deviation: 0,
  repetitions: 1,
  gain: null,
  parameters: 1000,
  multiplyAdds: null,
  latencyMs: null,
  cost: null,
  ...more,
})
