import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { latest } from '#contract/run/state.ts'
import { predictChange } from '#contract/what-if/predicted-change.ts'
import { whatIfRequest, type SwapChoice, type WhatIfRecord } from '#contract/what-if/record.ts'
import { applySwap, swapsOf, type Swap } from '#contract/what-if/swaps.ts'
import { whatIfs } from '#worker/run-directory/what-ifs.ts'
import { reopenRun, type ReopenedRun } from '#worker/run/reopen.ts'
import { GenotypeScorer } from '#worker/search/genotype-scorer.ts'
import { openCalibration } from '#worker/search/supernet-calibration.ts'
import { fineTune } from '#worker/what-if/fine-tune.ts'
import { chooseSwaps, trySwaps } from '#worker/what-if/try-swaps.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll, temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from '../run/run-to-end.ts'

const root = folderForAll()
const dataDir = join(root, 'shapwright')
let directory: string
let run: ReopenedRun
const breathe = () => Promise.resolve()

beforeAll(async () => {
  const table = writeVectorTable(join(root, 'data'))
  const config = smallConfig(table, {
    search: { epochs: 2, batchSize: 16 },
    training: { epochs: 1, batchSize: 16, repetitions: 1 },
  })
  directory = await runToEnd(dataDir, config)
  run = await reopenRun({ directory, dataDir, devices: [], breathe })
}, 300_000)

const space = () => ({ players: run.players, derivation: run.config.space.derivation })

/** Tries in a copy of the run, so that every test has a run without trials. */
async function tryThem(
  choice: SwapChoice,
  tuning: Partial<WhatIfRecord['tuning']> = {},
  stopAt = 'never',
): Promise<{ answered: WhatIfRecord | null; record: WhatIfRecord; copy: string; told: string[] }> {
  const copy = join(temporaryFolder(), 'run')
  cpSync(directory, copy, { recursive: true })
  const told: string[] = []
  const request = whatIfRequest.parse({ choice, tuning: { epochs: 1, repetitions: 1, ...tuning } })
  const trying = trySwaps(
    { directory: copy, request },
    {
      dataDir,
      devices: [],
      report: ({ doing }) => told.push(doing),
      breathe: async () => {
        if (told.at(-1)!.startsWith(stopAt)) throw new Error('enough')
      },
    },
  )
  const answered = await trying.catch((error: Error) => {
    if (error.message === 'enough') return null
    throw error
  })
  return { answered, record: whatIfs.read(copy).records[0], copy, told }
}

/** Every file of a folder but those that tell of trials. */
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && basename(entry.parentPath) !== 'what-if')
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(folder, file), readFileSync(file).toString('base64')])

describe('trying swaps', () => {
  it('measures every swap of a decision against the original, and leaves the run as it was', async () => {
    const { answered, record, copy, told } = await tryThem({ kind: 'decision', decision: 'cell0/node0/op' })
    const { shapley, epoch } = latest(run.state, 'search-epoch')!
    const rivals = swapsOf(run.genotype, space()).filter(({ decision }) => decision === 'cell0/node0/op')
    expect(record.tried.map(({ swap }) => swap)).toEqual(rivals)
    expect(record).toMatchObject({ wanted: 7, epoch, samples: run.set.splits.validation.length })
    for (const { swap, predicted, tuned, inherited } of record.tried) {
      expect(predicted).toEqual(predictChange(shapley!, swap))
      expect(tuned.change).toBeCloseTo(tuned.score - record.original.tuned[0])
      expect(inherited.change).toBeCloseTo(inherited.score - record.original.inherited)
    }
    expect(record.tried.some(({ tuned, inherited }) => tuned.score !== inherited.score)).toBe(true)
    expect(record).toEqual(answered)
    expect(told.at(-2)).toMatch(/^swap 7 of 7: cell 0, node 0: .*, about \d+ s left$/)
    expect(filesOf(copy)).toEqual(filesOf(directory))
  })

  it('scores untrained networks as the search does', async () => {
    const { calibrator, calibrationRows, calibrationBatch } = await openCalibration(run, run.network)
    await calibrator.release()
    const scorer = new GenotypeScorer({
      space: run.space,
      set: run.set,
      supernetLayout: run.layout,
      calibrationRows,
      batchSize: calibrationBatch,
      device: 'cpu',
      threads: 1,
    })
    const { record } = await tryThem({ kind: 'random', count: 2, except: [] })
    expect(record.original.inherited).toBe(await scorer.score(run.genotype, run.supernet.weights))
    for (const { swap, inherited } of record.tried)
      expect(inherited.score).toBe(await scorer.score(applySwap(run.genotype, swap), run.supernet.weights))
  })

  it('fine-tunes from the weights of the supernet, each repetition by draws of its own', async () => {
    const tuning = { epochs: 1, repetitions: 2, seed: 1 }
    const hooks = { progress: () => undefined, breathe }
    const { tuned, inherited } = await fineTune(run, run.genotype, tuning, hooks)
    expect(tuned[0].logits).not.toEqual(tuned[1].logits)
    expect(tuned[0].logits).not.toEqual(inherited.logits)
    const training = { ...run.config.training, learningRate: 1e-12, minLearningRate: 0 }
    const still = await fineTune({ ...run, config: { ...run.config, training } }, run.genotype, tuning, hooks)
    const offBy = still.tuned[0].logits.map((logit, i) => Math.abs(logit - inherited.logits[i]))
    expect(Math.max(...offBy)).toBeLessThan(1e-4)
  })

  it('measures by the score that φ values', { timeout: 120_000 }, async () => {
    const table = writeVectorTable(join(root, 'data'))
    const short = { epochs: 1, batchSize: 16 }
    const valuation = { samplesNormal: 2, samplesSparse: 2, batchSize: 24, metric: 'cross-entropy' as const }
    const config = smallConfig(table, { search: short, training: { ...short, repetitions: 1 }, valuation })
    const request = whatIfRequest.parse({
      choice: { kind: 'random', count: 1 },
      tuning: { epochs: 1, repetitions: 1 },
    })
    const task = { directory: await runToEnd(dataDir, config), request }
    const record = await trySwaps(task, { dataDir, devices: [], report: () => undefined, breathe })
    expect(record.metric).toBe('cross-entropy')
    // no share of right answers: those are multiples of 1/n
    expect((record.original.inherited * record.samples) % 1).toBeGreaterThan(1e-6)
    const [{ tuned }] = record.tried
    expect(tuned.change).toBeCloseTo(tuned.score - record.original.tuned[0])
  })

  it('repeats to the last bit, and once for every repetition that is asked for', async () => {
    const choice: SwapChoice = { kind: 'these', swaps: swapsOf(run.genotype, space()).slice(0, 1) }
    const withoutTimes = ({ tried, original }: WhatIfRecord) => ({
      original: original.tuned,
      tried: tried.map((one) => ({ ...one, elapsedMs: 0 })),
    })
    const [first, again] = [await tryThem(choice), await tryThem(choice)]
    expect(withoutTimes(again.record)).toEqual(withoutTimes(first.record))
    const { record } = await tryThem(choice, { repetitions: 2, epochs: 3 })
    expect(record.original.tuned).toHaveLength(2)
    expect(record.tried[0].tuned.repetitions).toHaveLength(2)
  })

  it('keeps what was measured when it is stopped', async () => {
    const { answered, record } = await tryThem({ kind: 'random', count: 5, except: [] }, {}, 'swap 3')
    expect(answered).toBeNull()
    expect(record).toMatchObject({ wanted: 5 })
    expect(record.tried).toHaveLength(2)
  })

  it('writes nothing when it is stopped before a swap is measured', async () => {
    const { answered, record } = await tryThem({ kind: 'random', count: 5, except: [] }, {}, 'the original')
    expect([answered, record]).toEqual([null, undefined])
  })
})

describe('choosing swaps', () => {
  it('draws by the seed, each once, all where there are fewer', () => {
    const all = swapsOf(run.genotype, space())
    const draw = (count: number, seed: number, except: Swap[] = []) =>
      chooseSwaps(run, { kind: 'random', count, except }, seed)
    expect(draw(5, 1)).toEqual(draw(5, 1))
    expect(draw(5, 1)).not.toEqual(draw(5, 2))
    expect(draw(400, 1)).toHaveLength(all.length)
    expect([...draw(5, 1), ...draw(400, 1, draw(5, 1))]).toEqual(draw(400, 1))
    expect(() => draw(1, 1, all)).toThrow('left to draw')
    expect(new Set(draw(400, 1).map((one) => JSON.stringify(one))).size).toBe(all.length)
  })

  it('refuses what is no swap of this architecture', () => {
    const foreign = { decision: 'cell0/node0/op', from: 'nothing', to: 'sum' }
    expect(() => chooseSwaps(run, { kind: 'these', swaps: [foreign] }, 1)).toThrow(
      'no swap of this architecture',
    )
    expect(() => chooseSwaps(run, { kind: 'decision', decision: 'cell7/edge' }, 1)).toThrow(
      'no choice of this',
    )
  })
})
