import { contributionsById } from '#contract/architecture.ts'
import type { EventOf } from '#contract/run/events.ts'
import { latest, type RunState } from '#contract/run/state.ts'
import { valueName } from '#contract/run/score-name.ts'
import type { ArchitecturePicture } from './architecture.ts'

/** What is drawn of a search epoch; colours have the same scale in all epochs of the run. */
export function pictureOfEpoch(state: RunState, event: EventOf<'search-epoch'>): ArchitecturePicture {
  const summary = latest(state, 'dataset')?.summary
  const sizes = state.byType['search-epoch'].flatMap(
    ({ shapley }) => shapley?.contributions.map(({ phi }) => Math.abs(phi)) ?? [],
  )
  return {
    genotype: event.genotype,
    contributions: contributionsById(event.shapley?.contributions ?? []),
    limit: Math.max(0, ...sizes),
    value: valueName(state, event),
    features: latest(state, 'space')?.features ?? [],
    modalities: summary?.modalities.map(({ name }) => name) ?? [],
    classes: summary?.classes.length ?? 0,
  }
}
