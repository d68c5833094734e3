import { rmSync } from 'node:fs'
import { Problem } from '#contract/problem.ts'
import { expandStudy, mostStudyRuns, type Study, type StudyPlan } from '#contract/study.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { createRunId } from '#worker/run-directory/run-id.ts'
import { createRun } from '#worker/run-directory/write.ts'
import type { Rooms } from '../handlers/rooms.ts'
import { readStudy, writeStudy } from './study-files.ts'

type StudyRooms = Pick<Rooms, 'dataDir' | 'runsDir' | 'scheduler' | 'follower' | 'push'>

/**
 * Queues a run for every point and seed of a grid, or none where one cannot be made; answers the study.
 * @throws Problem `bad-configuration` for a point that is no valid configuration, `data-folder-unwritable`
 */
export function createStudy(rooms: StudyRooms, plan: StudyPlan): Study {
  const at = Date.now()
  const id = createRunId(at)
  const study: Study = { schemaVersion: 1, id, ...plan, createdAt: at, runs: [] }
  return queueRuns(rooms, study, expandStudy(plan))
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
  { dataDir, runsDir, scheduler, follower, push }: StudyRooms,
  study: Study,
  wanted: ReturnType<typeof expandStudy>,
): Study {
  const made: { id: string; directory: string }[] = []
  const at = Date.now()
  try {
    // ids sort by their time of creation: the queue is worked off in the order of the grid
    for (const [i, { config }] of wanted.entries())
      made.push(createRun(runsDir, { ...config, study: study.id }, at + i, { inQueue: true }))
    const runs = wanted.map(({ point, seed }, i) => ({ id: made[i].id, point, seed }))
    const queued = { ...study, runs: [...study.runs, ...runs] }
    writeStudy(dataDir, queued)
    for (const { id } of made) follower.read(id)
    scheduler.open(made.map(({ id, directory }) => ({ id, status: readStatus(directory) })))
    push({ topic: 'study.changed', study: queued })
    return queued
  } catch (error) {
    for (const { directory } of made) rmSync(directory, { recursive: true, force: true })
    throw error
  }
}
