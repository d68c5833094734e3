import type { RunSummary } from '#contract/calls/runs.ts'

/** A row of the list of which a test names what matters to it. */
export const madeUpRun = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  id,
  name: id,
  state: 'done',
  dataset: 'emoji8',
  task: 'single-label',
  strategy: 'sm-shapnas',
  space: 'sm-shapnas',
  seed: 1,
  createdAt: 0,
  updatedAt: 0,
  score: null,
  bestSingle: null,
  parameters: null,
  latencyMs: null,
  cost: null,
  done: 1,
  tags: [],
  notes: '',
  study: null,
  problem: null,
  priority: 0,
  trashed: false,
  ...more,
})
