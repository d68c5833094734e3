import type { MetricName, RunConfig } from '#contract/config.ts'
import { formatCount, formatDuration } from '#contract/format.ts'
import type { Player } from '#contract/genotype.ts'
import {
  ownRequest,
  revaluationRequest,
  samplesOf,
  type RevaluationRequest,
} from '#contract/shapley/valuation.ts'
import { mostExactPlayers, spentBy } from '../../new-search/counts.ts'

/** What is typed into the dialog; empty where there is no such limit. */
export interface RevalueForm {
  estimator: RevaluationRequest['estimator']
  metric: MetricName
  permutations: string
  evaluations: string
  seconds: string
  /** In points of the metric. */
  standardError: string
  tolerance: string
  seed: string
  /** `own`: those of the last epoch; `all`: the whole split; `other`: so many, drawn anew. */
  samples: 'own' | 'all' | 'other'
  batchSize: string
  batchSeed: string
}

/** Evaluations that a first try may take, if the search says nothing: a minute or two of a small search. */
const firstEvaluations = 2000

/** A sharper look than the search's own: four times its evaluations, pairs of reversed permutations. */
export function proposeForm(config: RunConfig, evaluations: number | null): RevalueForm {
  const own = ownRequest(config)
  return {
    estimator: 'antithetic',
    metric: own.metric,
    permutations: '',
    evaluations: String(evaluations === null ? firstEvaluations : roundUp(4 * evaluations)),
    seconds: '',
    standardError: '',
    tolerance: String(own.tolerance),
    seed: String(own.seed),
    samples: 'own',
    batchSize: String(own.batchSize),
    batchSeed: String(own.seed),
  }
}

/** To two figures: 1 927 → 2 000. */
function roundUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.ceil(value / unit) * unit
}

export type RevalueFaults = Partial<Record<keyof RevalueForm, string>>

/** The request that a form makes, or what is wrong with it, by field. */
export function readForm(
  form: RevalueForm,
  { config, players }: { config: RunConfig; players: number },
): { request: RevaluationRequest } | { faults: RevalueFaults } {
  const own = ownRequest(config)
  const parsed = revaluationRequest.safeParse({
    estimator: form.estimator,
    metric: form.metric,
    permutations: numberFrom(form.permutations),
    evaluations: numberFrom(form.evaluations),
    seconds: numberFrom(form.seconds),
    standardError: scaled(numberFrom(form.standardError), 0.01),
    tolerance: form.estimator === 'truncated' ? numberFrom(form.tolerance) : own.tolerance,
    seed: numberFrom(form.seed),
    batchSize: { own: own.batchSize, all: null, other: numberFrom(form.batchSize) ?? NaN }[form.samples],
    batchSeed: form.samples === 'other' ? numberFrom(form.batchSeed) : own.batchSeed,
  })
  const faults: RevalueFaults = {}
  if (!parsed.success)
    for (const { path } of parsed.error.issues) {
      const field = path[0] as keyof RevalueForm
      faults[field] ??= faultWords[field] ?? 'A number, please.'
    }
  if (form.estimator === 'exact' && players > mostExactPlayers)
    faults.estimator = `${players} choices have 2^${players} coalitions; exact takes ${mostExactPlayers} choices at most.`
  return parsed.success && Object.keys(faults).length === 0 ? { request: parsed.data } : { faults }
}

const faultWords: RevalueFaults = {
  permutations: 'A whole number from 2 to 10 000, or empty.',
  evaluations: 'A whole number from 1, or empty.',
  seconds: 'A number above 0, or empty.',
  standardError: 'Points above 0, or empty.',
  tolerance: 'A number from 0 to 1.',
  seed: 'A whole number from 0.',
  batchSeed: 'A whole number from 0.',
  batchSize: 'A whole number from 8.',
}

/** Empty text is no limit; what is no number is left to the schema. */
const numberFrom = (text: string): number | null => (text.trim() === '' ? null : Number(text))
const scaled = (value: number | null, factor: number) => (value === null ? null : value * factor)

export interface CostBasis {
  config: RunConfig
  players: readonly Player[]
  /** Samples of the validation split. */
  validation: number
  /** Of one coalition on so many samples, measured before; null where nothing was. */
  measured: { seconds: number; samples: number } | null
}

/** What a re-valuation will take, in one sentence. */
export function costSentence(request: RevaluationRequest, basis: CostBasis): string {
  const { validation, measured } = basis
  const samples = samplesOf(request, validation)
  const most = mostEvaluations(request, basis)
  const each = measured && (measured.seconds * samples) / measured.samples
  const on = `on ${formatCount(samples)} validation samples`
  const atMost = request.seconds === null ? '' : `, ${formatDuration(1000 * request.seconds)} at most`
  if (most === null)
    return each === null
      ? `Ends by itself${atMost}; how many evaluations that takes is not known before. Each is ${on}.`
      : `Ends by itself${atMost}; an evaluation ${on} takes about ${formatSeconds(each)}.`
  const told = `At most ${formatCount(most)} evaluations ${on}`
  if (each === null) return `${told}${atMost}. How long one takes here is not known yet.`
  const total = Math.min(most * each, request.seconds ?? Infinity)
  return `${told}: about ${formatDuration(1000 * Math.max(1, total))} at the speed measured (${formatSeconds(each)} each).`
}

/** Null where only time or error end it. */
function mostEvaluations(request: RevaluationRequest, { config, players }: CostBasis): number | null {
  const { samplesNormal, samplesSparse } = config.valuation
  const { estimator, permutations, evaluations, seconds, standardError } = request
  const limited = evaluations !== null || seconds !== null || standardError !== null
  if (estimator === 'exact') return 2 ** players.length
  if (permutations === null && limited) return evaluations
  const normal = permutations ?? samplesNormal
  const sparse = players.filter(({ group }) => group === 'sparse').length
  const spent = spentBy(
    {
      ...config.valuation,
      estimator,
      samplesNormal: normal,
      samplesSparse: Math.max(2, Math.round((normal * samplesSparse) / samplesNormal)),
    },
    { players: players.length, sparse },
  )
  return Math.min(spent.first, evaluations ?? Infinity)
}

const formatSeconds = (seconds: number): string =>
  seconds >= 1 ? `${seconds.toFixed(1)} s` : `${(1000 * seconds).toPrecision(2)} ms`
