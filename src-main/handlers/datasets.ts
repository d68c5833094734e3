import type { HandlersOf } from '#contract/call.ts'
import type { datasetCalls } from '#contract/calls/datasets.ts'
import type { Rooms } from './rooms.ts'

export function datasetHandlers({ datasets, grants }: Rooms): HandlersOf<typeof datasetCalls> {
  return {
    'datasets.list': () => datasets.list(),
    'datasets.get': (id) => datasets.get(id),
    'datasets.inspect': async (grant, work) => datasets.inspect(grants.resolveGrant(grant), work),
    'datasets.validate': async (grant, settings, work) =>
      datasets.validate(grants.resolveGrant(grant), settings, work),
    'datasets.rejected': async (of, page) => datasets.rejected(of, page),
    'datasets.import': async (grant, settings, name, work) =>
      datasets.import(grants.resolveGrant(grant), settings, name, work),
    'datasets.refresh': async (id, work) => {
      await datasets.refresh(id, work)
      return null
    },
    'datasets.rename': async (id, name) => {
      datasets.rename(id, name)
      return null
    },
    'datasets.remove': async (id) => {
      datasets.remove(id)
      return null
    },
    'datasets.stop': async (work) => {
      datasets.stop(work)
      return null
    },
    'datasets.samples': (hash, query) => datasets.sheets.page(hash, query),
  }
}
