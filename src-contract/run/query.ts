import { z } from 'zod'
import type { TaskName } from '../dataset.ts'
import { runStatus, type RunStateName } from './status.ts'

/**
 * What the list of runs can be sorted by; `started` is the time of creation, `gain` is over the best single modality. By
 * `score` and `gain` runs of one label a sample stand first, since scores of different tasks do not compare.
 */
export const runSortKeys = [
  'name',
  'state',
  'dataset',
  'strategy',
  'score',
  'gain',
  'parameters',
  'latency',
  'cost',
  'started',
] as const
export type RunSortKey = (typeof runSortKeys)[number]

/** A table's name has 255 characters at most, and may be marked. */
const chosen = z.array(z.string().max(300)).max(200)

/** A page of the list of runs. Within a facet any chosen value fits, and an empty choice fits all; facets add up. */
export const runQuery = z.strictObject({
  /** Every word occurs in the name, id, dataset, strategy, space, state, tags, notes or `seed N`, in any case. */
  text: z.string().max(1000),
  states: z.array(runStatus.shape.state).max(20),
  datasets: chosen,
  strategies: chosen,
  /** Runs with at least one of these tags. */
  tags: chosen,
  studies: chosen,
  /** The trash instead of the list. */
  trashed: z.boolean(),
  /** What has no value stands last in either direction; equals stand the newest first. */
  sort: z.strictObject({ key: z.enum(runSortKeys), descending: z.boolean() }),
  offset: z.int().min(0),
  limit: z.int().min(0).max(500),
})
export type RunQuery = z.infer<typeof runQuery>

/** All runs but those in the trash, the newest first; which part of them stays to be said. */
export const everyRun = {
  text: '',
  states: [],
  datasets: [],
  strategies: [],
  tags: [],
  studies: [],
  trashed: false,
  sort: { key: 'started', descending: true },
} satisfies Omit<RunQuery, 'offset' | 'limit'>

export const runFacets = ['state', 'dataset', 'strategy', 'tag', 'study'] as const
export type RunFacet = (typeof runFacets)[number]

/** How many runs have a value, under the text and the choices of all other facets; the most frequent first. */
export interface FacetCount {
  value: string
  count: number
}

/** A finished run among all others, for plots over many runs. */
export interface RunPoint {
  id: string
  name: string
  dataset: string
  /** Scores of different tasks do not compare. */
  task: TaskName
  strategy: string
  space: string
  seed: number
  study: string | null
  tags: string[]
  createdAt: number
  /** Mean test score of the derived architecture, 0–1, and its deviation over the repetitions. */
  score: number
  deviation: number
  repetitions: number
  /** Over the best single modality. */
  gain: number | null
  parameters: number | null
  multiplyAdds: number | null
  latencyMs: number | null
  /** Forward passes of one sample that the search spent. */
  cost: number | null
}

export type SettingValue = string | number | boolean | null

/** A setting that is not the same in all runs; null where a run has no such setting. */
export interface SettingColumn {
  /** `search.learningRate` */
  path: string
  /** By point, in their order. */
  values: SettingValue[]
}

/** All finished runs, and how their settings differ. */
export interface RunPoints {
  points: RunPoint[]
  settings: SettingColumn[]
}

/** The states of a run that is being worked on or will be. */
export const activeStates = ['queued', 'running'] as const satisfies RunStateName[]
