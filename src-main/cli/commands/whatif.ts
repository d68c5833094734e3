import { Problem } from '#contract/problem.ts'
import { foldEvents, latest, type RunState } from '#contract/run/state.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import { newestValuation } from '#contract/shapley/valuation.ts'
import { predictChange } from '#contract/what-if/predicted-change.ts'
import {
  fineTuning,
  mostSwaps,
  type FineTuning,
  type SwapChoice,
  type WhatIfRecord,
} from '#contract/what-if/record.ts'
import { describeSwap, swapsOf, type Swap } from '#contract/what-if/swaps.ts'
import { readConfig, readEvents } from '#worker/run-directory/read.ts'
import { revaluations } from '#worker/run-directory/valuations.ts'
import { whatIfs } from '#worker/run-directory/what-ifs.ts'
import { DeviceList } from '../../devices/device-list.ts'
import { forkWorkers } from '../../workers/node-worker.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { doUntilStopped } from '../do-until-stopped.ts'
import { describeRecord, describeRecords, describeSwaps, type ListedSwap } from '../describe-what-if.ts'
import { findRun, type FoundRun } from '../find-run.ts'
import { keptRecord, keptRecords } from '../kept-records.ts'
import { answer } from '../output.ts'

interface Options extends CommonOptions {
  cell?: string
  node?: string
  operation?: string
  input?: string
  decision?: string
  random?: string
  epochs?: string
  repetitions?: string
  seed?: string
  by?: string
  list?: boolean
  show?: string
  remove?: string
}

export const whatif: CommandDefinition = {
  name: 'whatif',
  group: 'Look',
  summary: 'what if one choice of an architecture were another: predicted by φ, and measured',
  about: [
    'Without a choice it lists every swap with the change that φ predicts. With one it measures: the original and each changed architecture take over the weights of the supernet, are fine-tuned alike for a few epochs, and are compared sample by sample on the validation split. The test split is never read.',
    'φ says what a choice adds on average inside the supernet; a derived network is another thing. How well the one predicts the other is what many swaps show: see the last table, and docs/guide/what-if.md.',
    'The record is kept in the run. Ctrl+C keeps the swaps that are measured.',
  ],
  examples: [
    { line: 'whatif 20260314', does: 'every swap with its predicted change' },
    {
      line: 'whatif 20260314 --cell 0 --node 0 --operation sparse_glu',
      does: 'another operation at an inner node',
    },
    { line: 'whatif 20260314 --cell 1 --input text.1=image.3', does: 'another input of a cell' },
    { line: 'whatif 20260314 --decision cell0/node0/op --epochs 5', does: 'all alternatives of a decision' },
    { line: 'whatif 20260314 --random 20 --seed 1 --json', does: 'twenty swaps, drawn by the seed' },
    { line: 'whatif 20260314 --list', does: 'what was tried before, the newest first' },
  ],
  answers:
    'WhatIfRecord, or WhatIfRecord[] with --list; without a choice { swap: Swap, predicted: PredictedChange | null }[]',
  define: (command) =>
    command
      .argument('<run>', 'the id of a run, or the beginning of one')
      .option('--cell <number>', 'the cell, from 0, whose node or input is changed')
      .option('--node <number>', 'the inner node, from 0; the cell itself when left out with --input')
      .option('--operation <name>', 'the operation that the node is to have (node 0 unless told)')
      .option('--input <old=new>', 'the source to give up, and the one to read instead')
      .option('--decision <name>', 'every alternative of one decision, such as cell0/node0/op or cell1/edge')
      .option('--random <number>', 'so many swaps, drawn from all')
      .option('--epochs <number>', 'epochs of fine-tuning; 3 when left out')
      .option('--repetitions <number>', 'fine-tunings with different seeds; 3 when left out')
      .option('--seed <number>', 'decides what is drawn, and the order of the samples; 1 when left out')
      .option(
        '--by <id>',
        "predicts by the φ of this re-valuation (estimate --list); the search's own when left out",
      )
      .option('--list', 'what was tried before')
      .option('--show <id>', 'what was tried before, by its id or the beginning of one')
      .option('--remove <id>', 'removes what was tried before')
      .action((run: string, options: Options) => act(findRun(run, options.dataDir), options)),
}

async function act(run: FoundRun, options: Options): Promise<void> {
  const { list: wanted, show: shown, remove: doomed } = options
  const records = () => keptRecords(whatIfs, run.directory)
  if (wanted) {
    const tried = records()
    answer(tried, options, () => describeRecords(tried))
  } else if (shown !== undefined) {
    const record = predictedBy(phiOf(run, options), keptRecord(records(), '--show', shown))
    answer(record, options, () => describeRecord(record))
  } else if (doomed !== undefined) {
    const record = keptRecord(records(), '--remove', doomed)
    whatIfs.remove(run.directory, record.id)
    answer(record, options, () => [`Removed ${record.id}.`])
  } else await tryOrList(run, options)
}

async function tryOrList(run: FoundRun, options: Options): Promise<void> {
  const state = foldEvents(readEvents(run.directory))
  const phi = phiOf(run, options)
  const swaps = swapsWithPredictions(run, state, phi ?? newestValuation(state)?.result ?? null)
  const choice = choiceFrom(
    swaps.map(({ swap }) => swap),
    options,
  )
  if (choice) return tryThem(run, choice, phi, options)
  answer(swaps, options, () => describeSwaps(swaps))
}

/**
 * The φ of the re-valuation that is to predict; null where the search's own does.
 * @throws Problem `bad-arguments` for none, several, or one in other units than the changes that are measured
 */
function phiOf({ directory }: FoundRun, { by }: Options): ShapleyResult | null {
  if (by === undefined) return null
  const { request, result } = keptRecord(keptRecords(revaluations, directory), '--by', by)
  const { metric } = readConfig(directory).valuation
  if (request.metric === metric) return result
  throw new Problem(
    'bad-arguments',
    `--by ${by}`,
    `it values ${request.metric}, and changes are of ${metric}`,
  )
}

/** The record with what this φ predicts; as it is where there is none. */
const predictedBy = (phi: ShapleyResult | null, record: WhatIfRecord): WhatIfRecord =>
  phi === null
    ? record
    : { ...record, tried: record.tried.map((one) => ({ ...one, predicted: predictChange(phi, one.swap) })) }

/** @throws Problem `run-not-searched` */
function swapsWithPredictions(
  { id, directory }: FoundRun,
  state: RunState,
  shapley: ShapleyResult | null,
): ListedSwap[] {
  const [searched, space] = [latest(state, 'searched'), latest(state, 'space')]
  if (!searched || !space) throw new Problem('run-not-searched', id, 'it has chosen no architecture yet')
  const { derivation } = readConfig(directory).space
  return swapsOf(searched.genotype, { players: space.players, derivation }).map((swap) => ({
    swap,
    predicted: shapley ? predictChange(shapley, swap) : null,
  }))
}

/** Null where nothing is chosen. @throws Problem `bad-arguments`, `swap-impossible` */
function choiceFrom(swaps: readonly Swap[], options: Options): SwapChoice | null {
  const { cell, node, operation, input, decision, random, epochs, repetitions, seed } = options
  const given = Object.entries({ operation, input, decision, random }).filter(
    ([, value]) => value !== undefined,
  )
  if (given.length > 1)
    throw new Problem('bad-arguments', given.map(([name]) => `--${name}`).join(' '), 'choose one of them')
  refuseIdle(
    decision !== undefined || random !== undefined ? { cell, node } : {},
    'it goes with --operation or --input',
  )
  refuseIdle(
    given.length === 0 ? { epochs, repetitions, seed } : {},
    'say what to try: --operation, --input, --decision or --random',
  )
  if (decision !== undefined) return { kind: 'decision', decision }
  if (random !== undefined)
    return { kind: 'random', count: numberFrom('--random', random, { from: 1, to: mostSwaps }), except: [] }
  if (operation === undefined && input === undefined) {
    if (cell === undefined && node === undefined) return null
    throw new Problem('bad-arguments', '--cell', 'say what to change: --operation or --input')
  }
  if (cell === undefined) throw new Problem('bad-arguments', '--cell', 'name the cell that is to be changed')
  const at = `cell${numberFrom('--cell', cell, { from: 0, to: 99 })}`
  const inner = node === undefined ? null : `${at}/node${numberFrom('--node', node, { from: 0, to: 99 })}`
  const wanted =
    operation === undefined
      ? swaps.filter((one) => one.decision === `${inner ?? at}/edge` && `${one.from}=${one.to}` === input)
      : swaps.filter((one) => one.decision === `${inner ?? `${at}/node0`}/op` && one.to === operation)
  if (wanted.length > 0) return { kind: 'these', swaps: wanted }
  const here = swaps
    .filter((one) => one.decision.startsWith(`${inner ?? at}/`))
    .map((one) => describeSwap(one))
  const places = [...new Set(swaps.map((one) => one.decision))].join(', ')
  const possible =
    here.length > 0
      ? `possible are: ${here.join('; ')}`
      : `nothing at ${inner ?? at} has an alternative; these have: ${places}`
  throw new Problem('swap-impossible', operation ?? input!, possible)
}

/** @throws Problem `bad-arguments` where an option is given that would do nothing */
function refuseIdle(options: Readonly<Record<string, string | undefined>>, reason: string): void {
  const idle = Object.entries(options).find(([, value]) => value !== undefined)
  if (idle) throw new Problem('bad-arguments', `--${idle[0]} ${idle[1]}`, reason)
}

async function tryThem(
  { directory }: FoundRun,
  choice: SwapChoice,
  phi: ShapleyResult | null,
  options: Options,
): Promise<void> {
  const { dataDir } = options
  const request = { choice, tuning: tuningFrom(options) }
  const devices = await new DeviceList({ spawnWorker: forkWorkers(), dataDir }).for(
    readConfig(directory).device,
  )
  const left = 'The swaps that were measured are kept in the run; --list shows them.'
  const made = await doUntilStopped({ dataDir, left }, 'whatif', { directory, request }, devices)
  if (!made) return
  const record = predictedBy(phi, made)
  answer(record, options, () => describeRecord(record))
}

function tuningFrom({ epochs, repetitions, seed }: Options): FineTuning {
  return fineTuning.parse({
    epochs: epochs === undefined ? undefined : numberFrom('--epochs', epochs, { from: 1, to: 100 }),
    repetitions:
      repetitions === undefined ? undefined : numberFrom('--repetitions', repetitions, { from: 1, to: 20 }),
    seed: seed === undefined ? undefined : numberFrom('--seed', seed, { from: 0, to: 0xffffffff }),
  })
}

function numberFrom(option: string, text: string, { from, to }: { from: number; to: number }): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN
  if (value >= from && value <= to) return value
  throw new Problem('bad-arguments', `${option} ${text}`, `it is a whole number from ${from} to ${to}`)
}
