import type { HandlersOf } from '#contract/call.ts'
import type { studyCalls, StudySummary } from '#contract/calls/studies.ts'
import { pointsOf, type Study } from '#contract/study.ts'
import { listRuns } from '../store/runs.ts'
import { addSeeds, createStudy } from '../studies/queue-study.ts'
import { listStudies, readStudy } from '../studies/study-files.ts'
import type { Rooms } from './rooms.ts'

export function studyHandlers(rooms: Rooms): HandlersOf<typeof studyCalls> {
  const { dataDir, store, report } = rooms
  return {
    'studies.list': async () => {
      const byId = new Map(listRuns(store).map((run) => [run.id, run.state]))
      return listStudies(dataDir, report).map((study) => summaryOf(study, byId))
    },
    'studies.get': async (id) => {
      const study = readStudy(dataDir, id)
      const wanted = new Set(study.runs.map((run) => run.id))
      return { study, runs: listRuns(store).filter((run) => wanted.has(run.id)) }
    },
    'studies.create': async (plan) => createStudy(rooms, plan).id,
    'studies.addSeeds': async (id, seeds) => {
      addSeeds(rooms, id, seeds)
      return null
    },
  }
}

function summaryOf(
  { id, name, createdAt, axes, seeds, runs }: Study,
  byId: ReadonlyMap<string, keyof StudySummary['states']>,
): StudySummary {
  const states: StudySummary['states'] = {}
  for (const run of runs) {
    const state = byId.get(run.id)
    if (state !== undefined) states[state] = (states[state] ?? 0) + 1
  }
  return { id, name, createdAt, points: pointsOf(axes).length, seeds: seeds.length, states }
}
