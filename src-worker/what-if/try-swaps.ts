import type { DeviceStatus } from '#contract/device.ts'
import { formatDuration } from '#contract/format.ts'
import { Problem } from '#contract/problem.ts'
import type { VerbProgress } from '#contract/messages.ts'
import { newestValuation } from '#contract/shapley/valuation.ts'
import { predictChange } from '#contract/what-if/predicted-change.ts'
import type { SwapChoice, TriedSwap, WhatIfRecord, WhatIfRequest } from '#contract/what-if/record.ts'
import { applySwap, describeSwap, isAllowed, swapKey, swapsOf, type Swap } from '#contract/what-if/swaps.ts'
import { stream } from '../random.ts'
import { createRunId } from '../run-directory/run-id.ts'
import { whatIfs } from '../run-directory/what-ifs.ts'
import { reopenRun, type ReopenedRun } from '../run/reopen.ts'
import { describeVersions } from '../run/versions.ts'
import { metrics } from '../training/metrics/index.ts'
import { compareOutcomes } from './compare-outcomes.ts'
import { fineTune, type Answers } from './fine-tune.ts'

interface WhatIfTask {
  /** The run's. */
  directory: string
  request: WhatIfRequest
}

interface WhatIfHooks {
  dataDir: string
  devices: readonly DeviceStatus[]
  /** Lets messages in; throws when the work is to stop. */
  breathe(): Promise<void>
  report(progress: VerbProgress): void
}

/**
 * Measures swaps of a finished search's genotype: the original and every swapped one as networks of their own, with the
 * supernet's weights and after a short fine-tuning, on the whole validation split. The record is written after every
 * swap, whole each time; what was measured before the work is stopped stays.
 * @throws Problem `swap-impossible`, those of `reopenRun`, `training-diverged`, `data-folder-unwritable`; what `breathe`
 * throws.
 */
export async function trySwaps(task: WhatIfTask, hooks: WhatIfHooks): Promise<WhatIfRecord> {
  const { directory } = task
  const { choice, tuning } = task.request
  const { dataDir, devices, breathe, report } = hooks
  report({ done: 0, doing: 'opening the run' })
  const run = await reopenRun({ directory, dataDir, devices, breathe })
  const { config, genotype, set } = run
  const valuation = newestValuation(run.state)
  const metric = metrics[config.valuation.metric]
  const swaps = chooseSwaps(run, choice, tuning.seed)
  const startedAt = Date.now()
  const id = createRunId(startedAt)
  const measure = async (doing: string, at: number, one: Swap | null): Promise<[Answers, number]> => {
    const from = performance.now()
    const say = (share: number) => {
      const done = (at + share) / (swaps.length + 1)
      report({ done, doing: `${doing}${timeLeft(done, Date.now() - startedAt, at)}` })
    }
    say(0)
    const answers = await fineTune(run, one ? applySwap(genotype, one) : genotype, tuning, {
      progress: say,
      breathe,
    })
    return [answers, performance.now() - from]
  }
  const [original, elapsedMs] = await measure('the original architecture', 0, null)
  const tried: TriedSwap[] = []
  const record = (): WhatIfRecord => ({
    version: 1,
    id,
    run: run.id,
    createdAt: startedAt,
    engine: describeVersions()['shapwright'],
    device: run.device,
    choice,
    tuning: { ...tuning, learningRate: config.training.learningRate },
    wanted: swaps.length,
    genotype,
    metric: metric.name,
    epoch: valuation?.epoch ?? null,
    samples: set.splits.validation.length,
    original: {
      inherited: metric.measure(original.inherited),
      tuned: original.tuned.map((outcome) => metric.measure(outcome)),
      elapsedMs,
    },
    tried,
  })
  for (const [i, one] of swaps.entries()) {
    const doing = `swap ${i + 1} of ${swaps.length}: ${describeSwap(one)}`
    const [answers, took] = await measure(doing, i + 1, one)
    tried.push({
      swap: one,
      predicted: valuation && predictChange(valuation.result, one),
      inherited: compareOutcomes([original.inherited], [answers.inherited], metric),
      tuned: compareOutcomes(original.tuned, answers.tuned, metric),
      elapsedMs: took,
    })
    whatIfs.write(directory, record())
  }
  report({ done: 1, doing: 'written' })
  return record()
}

/** The swaps that are meant; drawn ones in the order of the draw. @throws Problem `swap-impossible` */
export function chooseSwaps(
  { genotype, players, config }: Pick<ReopenedRun, 'genotype' | 'players' | 'config'>,
  choice: SwapChoice,
  seed: number,
): Swap[] {
  const space = { players, derivation: config.space.derivation }
  if (choice.kind === 'these') {
    const foreign = choice.swaps.find((one) => !isAllowed(genotype, one, space))
    if (!foreign) return choice.swaps
    throw new Problem('swap-impossible', describeSwap(foreign), 'it is no swap of this architecture')
  }
  const all = swapsOf(genotype, space)
  if (choice.kind === 'random') {
    const left = new Set(choice.except.map(swapKey))
    const order = stream(seed, 'what-if', 'swaps').permutation(all.length)
    const drawn = order.map((i) => all[i]).filter((one) => !left.has(swapKey(one)))
    if (drawn.length > 0) return drawn.slice(0, choice.count)
    throw new Problem('swap-impossible', 'random', 'no swap of this architecture is left to draw')
  }
  const found = all.filter(({ decision }) => decision === choice.decision)
  if (found.length > 0) return found
  throw new Problem('swap-impossible', choice.decision, 'no choice of this decision has an alternative')
}

/** Told once a network has been measured. */
function timeLeft(done: number, elapsedMs: number, measured: number): string {
  return measured === 0 ? '' : `, about ${formatDuration((elapsedMs * (1 - done)) / done)} left`
}
