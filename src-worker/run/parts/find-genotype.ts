import type { Genotype } from '#contract/genotype.ts'
import { latest } from '#contract/run/state.ts'
import type { FeatureSet } from '../../search/feature-set.ts'
import { searchArchitecture, type SearchPoint } from '../../search/search.ts'
import type { FusionSpace } from '../../space/space.ts'
import { modelNames, saveModel } from '../artifacts.ts'
import { resumeOf, type Run } from '../context.ts'

/** Searches the architecture, or goes on from the search's last checkpoint. */
export async function findGenotype(run: Run, space: FusionSpace, set: FeatureSet): Promise<Genotype> {
  const { config, directory, journal, device } = run
  const searched = latest(journal.state, 'searched')
  if (searched) return searched.genotype
  const point = resumeOf(run, 'search')
  const from = point && { ...(point.state as Omit<SearchPoint, 'tensors'>), tensors: point.tensors }
  const checkpointOf = ({ tensors, ...state }: SearchPoint) => ({ meta: { stage: 'search', state }, tensors })
  const { genotype, epoch, derivedScore, supernet } = await searchArchitecture(
    { config, space, set, device },
    {
      emit: (event) => journal.emit(event),
      progress: (done, doing) => journal.progress('search', done, doing),
      breathe: journal.breathe,
      save: (latestPoint, { forced }) =>
        forced
          ? journal.save(checkpointOf(latestPoint()))
          : journal.saveIfDue(() => checkpointOf(latestPoint())),
    },
    from,
  )
  saveModel(directory, modelNames.supernet, { ...supernet })
  journal.emit({ type: 'searched', genotype, epoch, derivedScore })
  journal.saveBetween()
  return genotype
}
