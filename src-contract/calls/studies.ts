import { z } from 'zod'
import { call } from '../call.ts'
import { studyId } from '../config.ts'
import { studyPlan, studySeeds, type Study } from '../config/study.ts'
import type { RunSummary } from './runs.ts'

/** One row of the list of studies. */
export interface StudySummary {
  id: string
  name: string
  createdAt: number
  points: number
  seeds: number
  /** Runs by state, without those that were removed. */
  states: Partial<Record<RunSummary['state'], number>>
}

export interface StudyDetails {
  study: Study
  /** Without those that were erased or are in the trash. */
  runs: RunSummary[]
}

export const studyCalls = {
  /** Newest first. */
  'studies.list': call(z.tuple([])).returns<StudySummary[]>(),
  'studies.get': call(z.tuple([studyId])).returns<StudyDetails>(),
  /** Queues a run for every point and seed, or none; answers the study's id. */
  'studies.create': call(z.tuple([studyPlan])).returns<string>(),
  /** Queues further runs of every point. */
  'studies.addSeeds': call(z.tuple([studyId, studySeeds])).returns<null>(),
}
