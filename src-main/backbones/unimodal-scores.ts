import { and, eq, sql } from 'drizzle-orm'
import type { UnimodalScore } from '#contract/calls/backbones.ts'
import type { RunConfig } from '#contract/config.ts'
import type { ScoreRow } from '#contract/run/state.ts'
import { meanAndDeviation } from '#contract/statistics.ts'
import type { Store } from '../store/open.ts'
import { digests, runs } from '../store/schema.ts'

type Settings = Pick<RunConfig, 'dataset' | 'backbones'>

/** What a finished run tells of its modalities. */
export interface FinishedRun {
  id: string
  name: string
  dataset: string
  settings: Settings
  modalities: readonly string[]
  models: readonly Pick<ScoreRow, 'model' | 'mean'>[]
}

export function unimodalScores({ db }: Store): UnimodalScore[] {
  const rows = db
    .select({
      id: runs.id,
      name: runs.name,
      dataset: runs.dataset,
      settings: digests.settings,
      modalities: sql<string>`json_extract(${digests.digest}, '$.modalities')`,
      models: sql<string>`json_extract(${digests.digest}, '$.models')`,
    })
    .from(runs)
    .innerJoin(digests, eq(digests.run, runs.id))
    .where(and(eq(runs.trashed, false), eq(runs.state, 'done')))
    .all()
  const finished = rows.map((row) => ({
    ...row,
    settings: JSON.parse(row.settings) as Settings,
    modalities: JSON.parse(row.modalities) as string[],
    models: JSON.parse(row.models) as ScoreRow[],
  }))
  return scoresOf(finished)
}

/** Runs that differ in dataset, modality or kind of backbone apart; the best mean first within a dataset and modality. */
export function scoresOf(finished: readonly FinishedRun[]): UnimodalScore[] {
  const groups = new Map<string, Omit<UnimodalScore, 'mean' | 'deviation'>>()
  for (const { id, name, dataset, settings, modalities, models } of finished)
    for (const modality of modalities) {
      const score = models.find(({ model }) => model === modality)?.mean
      if (score === undefined) continue
      const { kind, file } = backboneOf(settings, modality)
      const key = JSON.stringify([dataset, modality, kind, file])
      const group = groups.get(key) ?? { dataset, modality, kind, file, runs: [] }
      groups.set(key, { ...group, runs: [...group.runs, { id, name: name || id, score }] })
    }
  return [...groups.values()]
    .map((group) => {
      const { mean, deviation } = meanAndDeviation(group.runs.map(({ score }) => score))
      const best = group.runs.toSorted((a, b) => b.score - a.score)
      return { ...group, runs: best, mean, deviation: best.length > 1 ? deviation : null }
    })
    .toSorted(
      (a, b) => a.dataset.localeCompare(b.dataset) || a.modality.localeCompare(b.modality) || b.mean - a.mean,
    )
}

function backboneOf(
  { dataset, backbones }: Settings,
  modality: string,
): { kind: string; file: string | null } {
  const own = backbones[modality]
  if (own) return { kind: own.kind, file: own.kind === 'onnx' ? own.id : null }
  const type = dataset.kind === 'table' ? dataset.modalities[modality]?.type : modality
  return { kind: type === 'image' ? 'cnn' : 'maxout', file: null }
}
