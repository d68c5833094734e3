import { Problem } from '#contract/problem.ts'
import { expandStudy, mostStudyRuns, type Study, type StudyPlan } from '#contract/config/study.ts'
import type { Rooms } from '../handlers/rooms.ts'
import { makeStudyRuns, newStudy } from './make-study-runs.ts'
import { readStudy } from './study-files.ts'

type StudyRooms = Pick<Rooms, 'dataDir' | 'runsDir' | 'scheduler' | 'push'>

/**
 * Queues a run for every point and seed of a grid, or none where one cannot be made; answers the study.
 * @throws Problem `bad-configuration` for a point that is no valid configuration, `data-folder-unwritable`
 */
export function createStudy(rooms: StudyRooms, plan: StudyPlan): Study {
  return queueRuns(rooms, newStudy(plan), expandStudy(plan))
}

/**
 * Queues further runs of every point of a study; seeds that it has are left out.
 * @throws Problem `study-not-found`, `bad-configuration`, `data-folder-unwritable`
 */
export function addSeeds(rooms: StudyRooms, id: string, seeds: readonly number[]): Study {
  const study = readStudy(rooms.dataDir, id)
  const fresh = seeds.filter((seed) => !study.seeds.includes(seed))
  const runs = expandStudy({ ...study, seeds: fresh })
  const all = study.runs.length + runs.length
  if (all > mostStudyRuns)
    throw new Problem('bad-configuration', study.name || id, `${all} runs are more than ${mostStudyRuns}`)
  return queueRuns(rooms, { ...study, seeds: [...study.seeds, ...fresh] }, runs)
}

function queueRuns(
  { dataDir, runsDir, scheduler, push }: StudyRooms,
  study: Study,
  wanted: ReturnType<typeof expandStudy>,
): Study {
  const { study: queued, made } = makeStudyRuns({ dataDir, runsDir }, study, wanted, { inQueue: true })
  scheduler.enqueue(made.map(({ id }) => id))
  push({ topic: 'study.changed', study: queued })
  return queued
}
