import type { HandlersOf } from '#contract/call.ts'
import type { runCalls, RunDetails } from '#contract/calls/runs.ts'
import { Problem } from '#contract/problem.ts'
import { eventsOf } from '#contract/run/state.ts'
import { refuseForeignData, refuseForeignDataOf } from '../datasets/allowed-data.ts'
import { placeOfRun, runFoldersOf, type RunPlace } from '../library/folders.ts'
import { OpenRun } from '../runs/open-run.ts'
import { overviewOfRuns, pointsOfRuns, queryRuns } from '../store/query-runs.ts'
import { summaryFromRun } from '../store/summary.ts'
import type { Rooms } from './rooms.ts'

export function runHandlers(rooms: Rooms): HandlersOf<typeof runCalls> {
  const { dataDir, store, scheduler, library, grants } = rooms
  return {
    'runs.query': async (query) => queryRuns(store, query),
    'runs.overview': async () => overviewOfRuns(store),
    'runs.points': async () => pointsOfRuns(store),
    'runs.annotate': (ids, change) => library.annotate(ids, change),
    'runs.trash': (ids) => library.trash(ids),
    'runs.restore': (ids) => library.restore(ids),
    'runs.erase': (ids) => library.erase(ids),
    'runs.import': async (grant) => await library.import(grants.resolveGrant(grant)),
    'runs.get': async (id) => readDetails(placeOfRun(runFoldersOf(dataDir), id), id),
    'runs.start': async ({ study: _study, ...config }) => {
      refuseForeignData(rooms, [config])
      return scheduler.start(config)
    },
    'runs.pause': async (id) => {
      scheduler.pause(id)
      return null
    },
    'runs.cancel': async (id) => {
      scheduler.cancel(id)
      return null
    },
    'runs.resume': async (id) => {
      refuseForeignDataOf(rooms, id)
      await scheduler.resume(id)
      return null
    },
    'runs.discard': async (id) => {
      const { refused } = await library.trash([id])
      if (refused.length > 0) throw Problem.from(refused[0].problem)
      return null
    },
    'runs.prioritise': async (id, priority) => {
      scheduler.prioritise(id, priority)
      return null
    },
  }
}

function readDetails({ folder, trashed }: RunPlace, id: string): RunDetails {
  const run = new OpenRun(folder, id, { trashed })
  run.readOn()
  const { config, directory, status } = run
  const imported = status.imported === true
  return { summary: summaryFromRun(run), config, events: eventsOf(run.state), directory, imported }
}
