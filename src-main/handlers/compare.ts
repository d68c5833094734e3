import type { HandlersOf } from '#contract/call.ts'
import type { compareCalls } from '#contract/calls/compare.ts'
import { ComparisonReader } from '../runs/comparison-reader.ts'
import type { Rooms } from './rooms.ts'

export function compareHandlers({ store, runsDir }: Rooms): HandlersOf<typeof compareCalls> {
  const reader = new ComparisonReader(store, runsDir)
  return { 'runs.compare': async (ids) => reader.read(ids) }
}
