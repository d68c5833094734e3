import { estimatorNames, metricNames, type RunConfig } from '#contract/config.ts'
import { formatCount, formatDuration } from '#contract/format.ts'
import { Problem } from '#contract/problem.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import {
  ownRequest,
  revaluationRequest,
  stopWords,
  whyNotRevaluable,
  type Revaluation,
  type RevaluationRequest,
} from '#contract/shapley/valuation.ts'
import { readConfig, readEvents } from '#worker/run-directory/read.ts'
import { revaluations } from '#worker/run-directory/valuations.ts'
import { DeviceList } from '../../devices/device-list.ts'
import { forkWorkers } from '../../workers/node-worker.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { describeRevaluation } from '../describe-revaluation.ts'
import { doUntilStopped } from '../do-until-stopped.ts'
import { findRun, type FoundRun } from '../find-run.ts'
import { keptRecord, keptRecords } from '../kept-records.ts'
import { answer, note } from '../output.ts'
import { alignTable } from '../report.ts'

interface Options extends CommonOptions {
  estimator?: string
  metric?: string
  permutations?: string
  evaluations?: string
  seconds?: string
  standardError?: string
  tolerance?: string
  threshold?: string
  seed?: string
  samples?: string
  sampleSeed?: string
  list?: boolean
  show?: string
  remove?: string
}

export const estimate: CommandDefinition = {
  name: 'estimate',
  group: 'Look',
  summary: 're-values the supernet of a finished search: φ by another estimator, budget or validation batch',
  about: [
    'Nothing is trained: the supernet stands as the last search epoch valued it, so that φ compares with the φ of that epoch. A search that valued nothing (darts, random) can be valued too. This is "Re-value" in the window.',
    'Without options it does what the search did, with other draws. A limit (--evaluations, --seconds, --standard-error) ends it; without --permutations as many are drawn as the limit allows.',
    "The result stays in the run's folder under valuations/, beside others.",
  ],
  examples: [
    {
      line: 'estimate 20260314 --estimator kernel --evaluations 2000',
      does: 'a least-squares fit to 2,000 coalitions',
    },
    {
      line: 'estimate 20260314 --estimator antithetic --standard-error 0.005 --samples all',
      does: 'on the whole validation split, until every φ is known to half a point',
    },
    { line: 'estimate 20260314 --list', does: 'what was found before, the newest first' },
  ],
  answers: 'Revaluation, or Revaluation[] with --list',
  define: (command) =>
    command
      .argument('<run>', 'the id of a run, or the beginning of one')
      .option('--estimator <name>', `${estimatorNames.join(', ')}; the search's own when left out`)
      .option(
        '--metric <name>',
        `${metricNames.join(', ')}: what a coalition is worth; the search's own when left out`,
      )
      .option('--permutations <number>', 'for each choice; sparse operations have more, as in the search')
      .option('--evaluations <number>', 'distinct coalitions at most')
      .option('--seconds <number>', 'wall-clock; the result then depends on the machine')
      .option('--standard-error <score>', 'enough once every φ has at most this, e.g. 0.005')
      .option('--tolerance <score>', 'where truncated cuts a permutation')
      .option('--threshold <share>', 'of v(N), below which early-truncation ends a permutation')
      .option('--seed <number>', "of the draws; another than the search's when left out")
      .option('--samples <number>', "validation samples, or all; the last epoch's when left out")
      .option('--sample-seed <number>', 'draws other validation samples than the last epoch had')
      .option('--list', 'what was found before')
      .option('--show <id>', 'what was found before, by its id or the beginning of one')
      .option('--remove <id>', 'removes what was found before, by its id or the beginning of one')
      .action((prefix: string, options: Options) => act(findRun(prefix, options.dataDir), options)),
}

async function act(run: FoundRun, options: Options): Promise<void> {
  const { list: wanted, show: shown, remove: doomed } = options
  if (wanted) list(run, options)
  else if (shown !== undefined) show(run, shown, options)
  else if (doomed !== undefined) remove(run, doomed, options)
  else await revalue(run, options)
}

function list({ directory }: FoundRun, options: Options): void {
  const found = keptRecords(revaluations, directory)
  answer(found, options, () =>
    found.length === 0
      ? ['This run was not valued again yet.']
      : alignTable([
          ['id', 'estimator', 'evaluations', 'samples', 'ended because', 'took'],
          ...found.map(({ id, result, samples, seconds }) => [
            id,
            result.estimator,
            formatCount(result.evaluations),
            String(samples),
            stopWords(result) ?? '',
            formatDuration(1000 * seconds),
          ]),
        ]),
  )
}

function show({ directory }: FoundRun, prefix: string, options: Options): void {
  const found = keptRecord(keptRecords(revaluations, directory), '--show', prefix)
  answer(found, options, () => describeRevaluation(found, foldEvents(readEvents(directory))))
}

function remove({ directory }: FoundRun, prefix: string, options: Options): void {
  const found = keptRecord(keptRecords(revaluations, directory), '--remove', prefix)
  revaluations.remove(directory, found.id)
  answer(found, options, () => [`Removed ${found.id}.`])
}

async function revalue({ id, directory }: FoundRun, options: Options): Promise<void> {
  const { dataDir } = options
  const state = foldEvents(readEvents(directory))
  const reason = whyNotRevaluable(state)
  if (reason !== null) throw new Problem('run-not-searched', id, reason)
  const request = requestFrom(options, readConfig(directory))
  const devices = await new DeviceList({ spawnWorker: forkWorkers(), dataDir }).for(
    latest(state, 'started')?.device ?? 'cpu',
  )
  const doing = { dataDir, left: 'Nothing was kept.' }
  const made = await doUntilStopped(doing, 'revalue', { directory, request }, devices)
  if (!made) return
  noteFewerSamples(options, made)
  answer(made, options, () => describeRevaluation(made, state))
}

/** There are no more samples than the validation split has. */
function noteFewerSamples({ samples: wanted }: Options, { samples, request }: Revaluation): void {
  if (wanted !== undefined && request.batchSize !== null && samples < request.batchSize)
    note(`The validation split has ${formatCount(samples)} samples: all of them were taken, not ${wanted}.`)
}

/** What is named stands above what the search did; a limit or a number of permutations above all of its limits. */
function requestFrom(options: Options, config: RunConfig): RevaluationRequest {
  const own = ownRequest(config)
  const limits = {
    permutations: numberFrom(options.permutations),
    evaluations: numberFrom(options.evaluations),
    seconds: numberFrom(options.seconds),
    standardError: numberFrom(options.standardError),
  }
  const parsed = revaluationRequest.safeParse({
    ...own,
    ...(Object.values(limits).some((limit) => limit !== null) && limits),
    estimator: options.estimator ?? own.estimator,
    metric: options.metric ?? own.metric,
    tolerance: numberFrom(options.tolerance) ?? own.tolerance,
    ...(options.threshold !== undefined && { threshold: numberFrom(options.threshold) }),
    seed: numberFrom(options.seed) ?? own.seed,
    batchSize: options.samples === 'all' ? null : (numberFrom(options.samples) ?? own.batchSize),
    batchSeed: numberFrom(options.sampleSeed) ?? own.batchSeed,
  })
  if (parsed.success) {
    refuseIdle(options, parsed.data)
    return parsed.data
  }
  const [{ path, message, code }] = parsed.error.issues
  const field = String(path[0])
  const reason = code === 'invalid_type' ? expected(field) : message
  throw new Problem('bad-arguments', optionOf(field), reason)
}

/** NaN, which no field takes, of what is no decimal number; blanks are none either. */
const numberFrom = (text: string | undefined): number | null =>
  text === undefined ? null : /^-?[\d.]+(e-?\d+)?$/i.test(text) ? Number(text) : NaN

/** @throws Problem `bad-arguments` where an option is given that would do nothing */
function refuseIdle(options: Options, { estimator }: RevaluationRequest): void {
  const readBy = { tolerance: 'truncated', threshold: 'early-truncation' } as const
  for (const [name, reader] of Object.entries(readBy) as [keyof typeof readBy, string][]) {
    if (options[name] === undefined || estimator === reader) continue
    throw new Problem(
      'bad-arguments',
      `--${name} ${options[name]}`,
      `only ${reader} reads it, not ${estimator}`,
    )
  }
}

/** What an option takes, of one that was given something else. */
function expected(field: string): string {
  if (field === 'batchSize') return 'it takes a whole number, or all'
  const broken = ['seconds', 'standardError', 'tolerance', 'threshold'].includes(field)
  return broken ? 'it takes a number, such as 0.01' : 'it takes a whole number'
}

/** The option that sets a field of the request. */
function optionOf(field: string): string {
  const named: Record<string, string> = { batchSize: 'samples', batchSeed: 'sample-seed' }
  return `--${named[field] ?? field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
