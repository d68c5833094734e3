import type { EventOf } from '#contract/run/events.ts'
import { Problem } from '#contract/problem.ts'
import { latest } from '#contract/run/state.ts'
import type { ExportSource } from './exporter.ts'

/**
 * The search epoch (from 0) that an export is about: the named one, else the kept one, else the newest.
 * @throws Problem `not-exportable` when there is no such epoch.
 */
export function epochOf({ id, state }: ExportSource, epoch: number | null): EventOf<'search-epoch'> {
  const epochs = state.byType['search-epoch']
  const wanted = epoch ?? latest(state, 'searched')?.epoch ?? epochs.at(-1)?.epoch
  const found = epochs.find((event) => event.epoch === wanted)
  if (found) return found
  throw new Problem('not-exportable', id, `there is no search epoch ${(wanted ?? 0) + 1}`)
}
