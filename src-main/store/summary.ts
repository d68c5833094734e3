import { basename } from 'node:path'
import type { RunAnnotations } from '#contract/run/annotations.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { RunConfig } from '#contract/config.ts'
import { latest, remaining, scoreTable, type RunState } from '#contract/run/state.ts'
import { taskOf, withMark } from '#contract/run/score-name.ts'
import type { RunStatus } from '#contract/run/status.ts'

/** The model name under which `model` and `measured` events tell of the derived architecture. */
const derivedModel = 'derived'

export interface SummarySource {
  id: string
  config: RunConfig
  status: RunStatus
  annotations: RunAnnotations
  state: RunState
  /** Lies in the trash. */
  trashed: boolean
}

/** What the list of runs shows of one run; a pure function of its run directory. */
export function summaryFromRun(source: SummarySource): RunSummary {
  const { id, config, status, annotations, state, trashed } = source
  const derived = scoreTable(state).find(({ model }) => model === derivedModel)
  const measured = state.byType.measured.findLast(({ model }) => model === derivedModel)
  return {
    id,
    name: annotations.name ?? config.name,
    state: status.state,
    dataset: withMark(
      latest(state, 'dataset')?.summary.name ?? datasetName(config),
      config.training.peerProtocol,
    ),
    task: taskOf(state),
    strategy: config.search.strategy,
    space: config.space.name,
    seed: config.seed,
    createdAt: status.createdAt,
    updatedAt: Math.max(status.updatedAt, lastEventAt(state)),
    score: derived
      ? { mean: derived.mean, deviation: derived.deviation, repetitions: derived.scores.length }
      : null,
    bestSingle: bestSingle(state),
    parameters: derived?.parameters ?? null,
    latencyMs: measured?.latencyMs ?? null,
    cost: latest(state, 'search-epoch')?.cost ?? null,
    done: status.state === 'done' ? 1 : (remaining(state)?.done ?? 0),
    tags: annotations.tags,
    notes: annotations.notes,
    study: config.study ?? null,
    problem: status.problem ? `${status.problem.message}: ${status.problem.detail}` : null,
    priority: status.priority,
    trashed,
  }
}

function datasetName({ dataset }: RunConfig): string {
  return dataset.kind === 'table' ? basename(dataset.path) : dataset.kind
}

function lastEventAt(state: RunState): number {
  const last = Object.values(state.byType).map((events) => events.at(-1)?.at ?? 0)
  return Math.max(...last)
}

/** The modality that alone reaches the best mean test score; before it was repeated, its backbone's test score. */
function bestSingle(state: RunState): RunSummary['bestSingle'] {
  const modalities = new Set(state.byType.backbone.map(({ modality }) => modality))
  const repeated = scoreTable(state).filter(({ model }) => modalities.has(model))
  const single = repeated.length > 0 ? repeated : state.byType.backbone.map(scoreFromBackbone)
  const [best] = single.toSorted((one, other) => other.mean - one.mean)
  return best ? { model: best.model, mean: best.mean } : null
}

const scoreFromBackbone = ({ modality, testScore }: { modality: string; testScore: number }) => ({
  model: modality,
  mean: testScore,
})
