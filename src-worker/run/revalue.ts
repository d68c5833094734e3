import type { DeviceStatus } from '#contract/device.ts'
import type { RunConfig } from '#contract/config.ts'
import type { VerbProgress } from '#contract/messages.ts'
import type { Revaluation, RevaluationRequest } from '#contract/shapley/valuation.ts'
import { createRunId } from '../run-directory/run-id.ts'
import { revaluations } from '../run-directory/valuations.ts'
import { valuePlayers } from '../search/valuation.ts'
import { valueRows } from '../search/value-batch.ts'
import { openGame } from './reopened-game.ts'
import { reopenRun, type ReopenedRun } from './reopen.ts'
import { describeVersions } from './versions.ts'

interface RevalueTask {
  /** The run's. */
  directory: string
  request: RevaluationRequest
}

interface RevalueHooks {
  dataDir: string
  devices: readonly DeviceStatus[]
  /** Lets messages in; throws when the work is to stop. */
  breathe(): Promise<void>
  report(progress: VerbProgress): void
}

/** Permutations per player where only a limit is to end the estimation. */
const mostPermutations = 10_000

/**
 * Values the supernet of a run whose search has ended again, as its last epoch left it to be valued, and keeps the result
 * in the run's directory. Budgets are those that a search begins with; they do not move.
 * @throws Problem as `reopenRun` and `estimate`, `data-folder-unwritable`; what `breathe` throws.
 * Then nothing is kept.
 */
export async function revalueRun(
  { directory, request }: RevalueTask,
  hooks: RevalueHooks,
): Promise<Revaluation> {
  const { dataDir, devices, breathe, report } = hooks
  report({ done: 0, doing: 'opening the run' })
  const run = await reopenRun({ directory, dataDir, devices, breathe })
  const { epoch } = run.lastEpoch
  const valuation = valuationOf(run, request)
  const { batchSeed, batchSize } = request
  const drawn = { ...valuation, batchSize: batchSize ?? run.set.splits.validation.length }
  const rows = valueRows({ ...run.config, seed: batchSeed, valuation: drawn }, run.set, epoch)
  report({ done: 0, doing: 'loading the supernet' })
  const { game, release } = await openGame(run, { rows, valuation, breathe })
  try {
    const begun = performance.now()
    const result = await valuePlayers(
      { ...run.config, seed: request.seed, valuation },
      game,
      epoch,
      run.valuedMixture,
      (evaluated, planned) => report(progressOf(request, { evaluated, planned, begun })),
    )
    const made: Revaluation = {
      version: 1,
      id: createRunId(Date.now()),
      run: run.id,
      createdAt: Date.now(),
      engine: describeVersions()['shapwright'],
      device: run.device,
      request,
      epoch,
      samples: rows.length,
      seconds: (performance.now() - begun) / 1000,
      result,
    }
    revaluations.write(directory, made)
    return made
  } finally {
    await release()
  }
}

type Valuation = RunConfig['valuation']

/** The valuation's settings of an epoch that would do what is asked. */
function valuationOf(run: ReopenedRun, request: RevaluationRequest): Valuation {
  const { config, lastEpoch } = run
  const { estimator, metric, tolerance, evaluations, seconds, standardError, permutations } = request
  const asked: Valuation = {
    ...config.valuation,
    estimator,
    metric,
    tolerance,
    threshold: request.threshold ?? config.valuation.threshold,
    evaluations: evaluations ?? undefined,
    seconds: seconds ?? undefined,
    standardError: standardError ?? undefined,
    budgetWarmup: lastEpoch.epoch + 1,
    trace: true,
  }
  if (permutations !== null) return { ...asked, ...samplesFor(permutations, config) }
  if (evaluations === null && seconds === null && standardError === null) return asked
  const most = { ...asked, ...samplesFor(mostPermutations, config) }
  if (estimator !== 'grouped' || evaluations === null) return most
  return { ...asked, ...samplesFor(permutationsWithin(evaluations, run), config) }
}

/** Sparse operations get as many times more as in the search. */
function samplesFor(permutations: number, { valuation }: RunConfig) {
  const { samplesNormal, samplesSparse } = valuation
  const sparse = Math.max(2, Math.round((permutations * samplesSparse) / samplesNormal))
  return { samplesNormal: permutations, samplesSparse: sparse }
}

/**
 * The most permutations with which `grouped` cannot exceed so many evaluations: cut short by the limit it would value
 * all players alike.
 */
function permutationsWithin(evaluations: number, { config, players }: ReopenedRun): number {
  const walk = players.length - 1
  const most = (permutations: number) => {
    const { samplesNormal, samplesSparse } = samplesFor(permutations, config)
    const longer = samplesSparse > samplesNormal ? 'sparse' : 'normal'
    const alone = Math.min(walk, 2 * players.filter(({ group }) => group === longer).length)
    const shared = Math.min(samplesNormal, samplesSparse)
    return 2 + shared * walk + (Math.max(samplesNormal, samplesSparse) - shared) * alone
  }
  let permutations = 2
  while (permutations < mostPermutations && most(permutations + 1) <= evaluations) permutations++
  return permutations
}

/** Of a time limit the time counts, unless the evaluations are ahead of it. */
function progressOf(
  { seconds }: RevaluationRequest,
  { evaluated, planned, begun }: { evaluated: number; planned: number; begun: number },
): VerbProgress {
  const elapsed = seconds === null ? 0 : (performance.now() - begun) / 1000 / seconds
  return {
    done: Math.min(1, Math.max(evaluated / planned, elapsed)),
    doing: `valuing coalitions: ${evaluated} of at most ${planned}`,
  }
}
