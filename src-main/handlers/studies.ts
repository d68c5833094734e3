import type { HandlersOf } from '#contract/call.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { studyCalls } from '#contract/calls/studies.ts'
import { expandStudy, type Study } from '#contract/config/study.ts'
import { refuseForeignData } from '../datasets/allowed-data.ts'
import type { Store } from '../store/open.ts'
import { runsById } from '../store/runs.ts'
import { addSeeds, createStudy } from '../studies/queue-study.ts'
import { listStudies, readStudy } from '../studies/study-files.ts'
import { summariseStudy } from '../studies/summarise-study.ts'
import type { Rooms } from './rooms.ts'

export function studyHandlers(rooms: Rooms): HandlersOf<typeof studyCalls> {
  const { dataDir, store, report } = rooms
  return {
    'studies.list': async () => {
      return listStudies(dataDir, report).map((study) => summariseStudy(study, presentRuns(store, study)))
    },
    'studies.get': async (id) => {
      const study = readStudy(dataDir, id)
      return { study, runs: presentRuns(store, study) }
    },
    'studies.create': async (plan) => {
      refuseForeignData(
        rooms,
        expandStudy(plan).map(({ config }) => config),
      )
      return createStudy(rooms, plan).id
    },
    'studies.addSeeds': async (id, seeds) => {
      addSeeds(rooms, id, seeds)
      return null
    },
  }
}

/** The runs of a study that are neither erased nor in the trash. */
function presentRuns(store: Store, { runs }: Study): RunSummary[] {
  const found = runsById(
    store,
    runs.map(({ id }) => id),
  )
  return [...found.values()].filter(({ trashed }) => !trashed)
}
