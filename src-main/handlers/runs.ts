import type { HandlersOf } from '#contract/call.ts'
import type { runCalls, RunDetails } from '#contract/calls/runs.ts'
import type { RunEvent } from '#contract/events.ts'
import { Problem } from '#contract/problem.ts'
import { effectiveEvents } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { OpenRun } from '../runs/open-run.ts'
import { overviewOfRuns, pointsOfRuns, queryRuns } from '../store/query-runs.ts'
import { listRuns } from '../store/runs.ts'
import { summaryFromRun } from '../store/summary.ts'
import type { Rooms } from './rooms.ts'

export function runHandlers({ runsDir, store, executor }: Rooms): HandlersOf<typeof runCalls> {
  return {
    'runs.list': async () => listRuns(store),
    'runs.query': async (query) => queryRuns(store, query),
    'runs.overview': async () => overviewOfRuns(store),
    'runs.points': async () => pointsOfRuns(store),
    'runs.get': async (id) => readDetails(runsDir, id),
    'runs.start': async (config) => {
      const { id } = createRun(runsDir, config)
      executor.start(id)
      return id
    },
    'runs.cancel': async (id) => {
      executor.cancel(id)
      return null
    },
    'runs.resume': async (id) => {
      executor.resume(id)
      return null
    },
  }
}

function readDetails(runsDir: string, id: string): RunDetails {
  try {
    const run = new OpenRun(runsDir, id)
    const events = effectiveEvents(run.readOn())
    const { config, directory } = run
    return { summary: summaryFromRun(run), config, events: withoutOldProgress(events), directory }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'run-not-found') throw error
    throw new Problem('run-not-found', id, `there is nothing at ${error.where}`, { cause: error })
  }
}

/** Of the reports of progress only the newest counts. */
function withoutOldProgress(events: readonly RunEvent[]): RunEvent[] {
  const newest = events.findLast(({ type }) => type === 'progress')
  return events.filter((event) => event.type !== 'progress' || event === newest)
}
