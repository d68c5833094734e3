import { z } from 'zod'
import { runConfig, studyId, type RunConfig } from '../config.ts'
import { Problem } from '../problem.ts'
import { parseNewRunConfig } from './clashes.ts'
import { putSetting } from './setting-path.ts'

/** More runs than this at once are a mistake rather than a wish. */
export const mostStudyRuns = 500

const settingPath = z.string().regex(/^[a-zA-Z][\w-]*(\.[a-zA-Z][\w-]*)*$/)

/** One dimension of a grid: what varies, and what each of its values changes in the base configuration. */
export const studyAxis = z.strictObject({
  /** What varies, for people: `Fusion: Channels`. */
  title: z.string().min(1).max(200),
  values: z
    .array(
      z.strictObject({
        label: z.string().min(1).max(200),
        /** By path of the setting; null takes the setting out, which leaves its default. */
        changes: z.record(settingPath, z.json()),
      }),
    )
    .min(1)
    .max(50),
})
export type StudyAxis = z.infer<typeof studyAxis>

const seed = z.int().min(0).max(0xffffffff)

export const studySeeds = z
  .array(seed)
  .min(1)
  .max(100)
  .refine((seeds) => new Set(seeds).size === seeds.length, 'a seed is named twice')

/** A grid of runs as it is asked for. */
export const studyPlan = z.strictObject({
  name: z.string().max(120),
  base: runConfig,
  axes: z.array(studyAxis).max(6),
  seeds: studySeeds,
})
export type StudyPlan = z.infer<typeof studyPlan>

/** `<data folder>/studies/<id>.json` */
export const study = z.object({
  schemaVersion: z.literal(1),
  id: studyId,
  ...studyPlan.shape,
  createdAt: z.number(),
  /** The runs of every point and seed, in the order in which they were queued. */
  runs: z.array(z.object({ id: z.string(), point: z.int().min(0), seed })),
})
export type Study = z.infer<typeof study>

/** One point of a grid: a value of every axis. */
export interface StudyPoint {
  /** Its place in the grid; the last axis varies fastest. */
  index: number
  /** Which value of each axis. */
  position: number[]
  /** The labels of these values. */
  labels: string[]
}

export const pointName = ({ labels }: StudyPoint): string => labels.join(' · ') || 'base'

/** Every point of the grid; one point where nothing varies. */
export function pointsOf(axes: readonly StudyAxis[]): StudyPoint[] {
  const positions = axes.reduce<number[][]>(
    (before, { values }) => before.flatMap((position) => values.map((_, i) => [...position, i])),
    [[]],
  )
  return positions.map((position, index) => ({
    index,
    position,
    labels: position.map((value, axis) => axes[axis].values[value].label),
  }))
}

/**
 * The configuration of one run of a study.
 * @throws Problem `bad-configuration`, naming the point.
 */
export function configOfPoint(
  { name, base, axes }: Pick<StudyPlan, 'name' | 'base' | 'axes'>,
  point: StudyPoint,
  ofSeed: number,
): RunConfig {
  const config = structuredClone(base) as object
  point.position.forEach((value, axis) => {
    for (const [path, change] of Object.entries(axes[axis].values[value].changes))
      putSetting(config, path, change)
  })
  // what tells runs of a study apart comes first: lists cut names at their end
  const own = [...point.labels, `seed ${ofSeed}`].join(', ')
  const shown = name === '' ? own : `${own} · ${name}`
  return parseNewRunConfig(
    { ...config, name: shown.slice(0, 120), seed: ofSeed },
    `point ${pointName(point)}`,
  )
}

/**
 * Every run of a study, point by point, seeds first.
 * @throws Problem `bad-configuration` for a point that is no valid configuration, and for too many runs.
 */
export function expandStudy(plan: StudyPlan): { point: number; seed: number; config: RunConfig }[] {
  const count = plan.axes.reduce((product, { values }) => product * values.length, plan.seeds.length)
  if (count > mostStudyRuns)
    throw new Problem('bad-configuration', 'study', `${count} runs are more than ${mostStudyRuns}`)
  return pointsOf(plan.axes).flatMap((point) =>
    plan.seeds.map((each) => ({ point: point.index, seed: each, config: configOfPoint(plan, point, each) })),
  )
}
