import type { TaskName } from '../dataset.ts'
import type { Genotype } from '../genotype.ts'
import { latest, scoreTable, type RunState, type ScoreRow } from './state.ts'
import { isChosenOnTest, withMark } from './score-name.ts'

/** What a comparison shows of a run's events: a hundredth of them. */
export interface RunDigest {
  /** Null before the data were read. */
  dataset: {
    /** Marked where the test split has chosen (`withMark`). */
    name: string
    /** Over all samples, labels and splits. */
    hash: string
    /** Older indexes do not say, and know single-label tasks only. */
    task?: TaskName
  } | null
  /** Those that were trained alone. */
  modalities: string[]
  models: ScoreRow[]
  /** Every search epoch that still holds, counted from 0. */
  epochs: {
    epoch: number
    trainLoss: number
    /** Score of the derived network with the supernet's weights on the whole validation split. */
    derivedScore: number
  }[]
  /** What the search kept, or would derive now while it goes on. */
  genotype: Genotype | null
  /** φ by player id in the epoch of that genotype; null for a search without valuation. */
  contributions: Record<string, number> | null
}

/** The digest of a run; a pure function of its state. */
export function digestOf(state: RunState): RunDigest {
  const dataset = latest(state, 'dataset')?.summary
  const epochs = state.byType['search-epoch']
  const kept = latest(state, 'searched')
  const shown = epochs.find(({ epoch }) => epoch === kept?.epoch) ?? epochs.at(-1)
  const contributions = shown?.shapley?.contributions.map(({ id, phi }) => [id, phi])
  return {
    dataset: dataset
      ? { name: withMark(dataset.name, isChosenOnTest(state)), hash: dataset.hash, task: dataset.task }
      : null,
    modalities: state.byType.backbone.map(({ modality }) => modality),
    models: scoreTable(state),
    epochs: epochs.map(({ epoch, trainLoss, derivedScore }) => ({ epoch, trainLoss, derivedScore })),
    genotype: (kept ?? shown)?.genotype ?? null,
    contributions: contributions ? Object.fromEntries(contributions) : null,
  }
}
