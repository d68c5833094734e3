import { latest } from '#contract/run/state.ts'
import type { FeatureSet } from '../../search/feature-set.ts'
import { playersOf } from '../../space/players.ts'
import type { FusionSpace } from '../../space/space.ts'
import { supernet } from '../../space/supernet.ts'
import { costOf } from '../../training/cost.ts'
import type { Run } from '../context.ts'

/** Tells once who plays in the search. */
export function announceSpace({ journal }: Run, space: FusionSpace, set: FeatureSet): void {
  if (latest(journal.state, 'space')) return
  journal.progress('features', 1, `${set.features.length} features`)
  const { parameters } = costOf(supernet(space, set.classes.length))
  journal.emit({ type: 'space', players: playersOf(space), features: [...set.features], parameters })
}
