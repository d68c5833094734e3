import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { VerbProgress } from '#contract/messages.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import { ownRequest, type Revaluation, type RevaluationRequest } from '#contract/shapley/valuation.ts'
import { readConfig, readEvents, runPaths } from '#worker/run-directory/read.ts'
import { revaluations } from '#worker/run-directory/valuations.ts'
import { openGame } from '#worker/run/reopened-game.ts'
import { reopenRun } from '#worker/run/reopen.ts'
import { revalueRun } from '#worker/run/revalue.ts'
import { Coalition } from '#worker/shapley/coalition.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from './run-to-end.ts'

/** Milliseconds that the runs may take on a busy machine. */
const patience = 300_000
const root = folderForAll()
const dataDir = join(root, 'shapwright')
const breathe = () => Promise.resolve()
let directory: string
let unvalued: string

beforeAll(async () => {
  const table = writeVectorTable(join(root, 'data'))
  const changes = {
    space: { cells: 1, steps: 1, channels: 4, length: 4, operations: ['sum', 'glu', 'sparse_glu'] as const },
    training: { epochs: 1, batchSize: 16, repetitions: 1 },
  }
  const config = (strategy: 'sm-shapnas' | 'darts') =>
    smallConfig(table, {
      ...changes,
      space: { ...changes.space, operations: [...changes.space.operations] },
      search: { strategy, epochs: 2, batchSize: 16 },
    })
  directory = await runToEnd(dataDir, config('sm-shapnas'))
  unvalued = await runToEnd(dataDir, config('darts'))
}, patience)

const own = () => ownRequest(readConfig(directory))
const sampled = (name: RevaluationRequest['estimator'], permutations = 60): RevaluationRequest => ({
  ...own(),
  estimator: name,
  permutations,
})

function revalue(
  request: RevaluationRequest,
  { of = directory, report = () => {} }: { of?: string; report?: (progress: VerbProgress) => void } = {},
): Promise<Revaluation> {
  return revalueRun({ directory: of, request }, { dataDir, devices: [], breathe, report })
}

/** φ of every player by its definition, on all validation samples. */
async function bruteForce(): Promise<number[]> {
  const run = await reopenRun({ directory, dataDir, devices: [], breathe })
  const { game, release } = await openGame(run, { rows: run.set.splits.validation, breathe })
  const n = run.players.length
  const all = Array.from({ length: 2 ** n }, (_, mask) =>
    Array.from({ length: n }, (_, i) => i).filter((i) => (mask >> i) & 1),
  )
  const values = await game.values(all.map((members) => Coalition.of(n, members)))
  await release()
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1))
  return run.players.map((_, i) =>
    all.reduce((sum, members, mask) => {
      if (members.includes(i)) return sum
      const weight = (factorial(members.length) * factorial(n - members.length - 1)) / factorial(n)
      return sum + weight * (values[mask | (1 << i)] - values[mask])
    }, 0),
  )
}

describe('a re-valuation', () => {
  it('with the exact estimator finds what brute force finds, and the others agree within their errors', async () => {
    const truth = await bruteForce()
    expect(Math.max(...truth.map(Math.abs))).toBeGreaterThan(0.01)
    const whole = { batchSize: null }
    const exact = await revalue({ ...sampled('exact'), ...whole })
    expect(exact.result.stopped).toBe('enumerated')
    exact.result.contributions.forEach(({ phi }, i) => expect(phi).toBeCloseTo(truth[i], 10))
    for (const name of ['grouped', 'permutation', 'antithetic', 'kernel'] as const) {
      const { result } = await revalue({ ...sampled(name), ...whole })
      expect(result.unbiased).toBe(estimators[name].unbiased || result.exact)
      result.contributions.forEach(({ phi, standardError }, i) =>
        expect(Math.abs(phi - truth[i])).toBeLessThan(5 * standardError! + 1e-9),
      )
    }
  }, 60_000)

  it('by another metric values the same supernet in other units', async () => {
    const score = (await revalue({ ...sampled('exact'), batchSize: null })).result
    const f1 = (await revalue({ ...sampled('exact'), batchSize: null, metric: 'macro-f1' })).result
    expect(f1.grand).not.toBe(score.grand)
    const total = f1.contributions.reduce((sum, { phi }) => sum + phi, 0)
    expect(total).toBeCloseTo(f1.grand - f1.empty, 10)
  })

  it('says what cutting permutations has left out', async () => {
    const { result } = await revalue({ ...sampled('truncated'), tolerance: 0.2 })
    expect(result.unbiased).toBe(false)
    expect(result.bias!.most).toBeGreaterThan(0)
  })

  it('does not depend on the order of the samples, and differs on others', async () => {
    const exact = sampled('exact')
    const of = async (changes: Partial<RevaluationRequest>) => {
      const { result, samples } = await revalue({ ...exact, ...changes })
      return { phi: result.contributions.map(({ phi }) => phi), samples }
    }
    const whole = await of({ batchSize: null })
    expect(whole.samples).toBe(24)
    expect(await of({ batchSize: null, batchSeed: 99 })).toEqual(whole)
    const some = await of({ batchSize: 12 })
    expect(some.samples).toBe(12)
    expect(await of({ batchSize: 12, batchSeed: 99 })).not.toEqual(some)
  })

  it('draws anew with another seed, and the same again with the same', async () => {
    const request = sampled('permutation', 4)
    const first = (await revalue(request)).result
    expect((await revalue(request)).result).toEqual(first)
    const other = (await revalue({ ...request, seed: request.seed + 1 })).result
    expect(other.contributions).not.toEqual(first.contributions)
  })

  it.each(['grouped', 'permutation', 'antithetic', 'truncated', 'kernel'] as const)(
    'by %s spends what it may, and no more',
    async (name) => {
      const evaluations = 150
      const { result } = await revalue({ ...sampled(name), permutations: null, evaluations })
      expect(result.evaluations).toBeLessThanOrEqual(evaluations)
      expect(result.evaluations).toBeGreaterThan(evaluations / 2)
      expect(result.trace!.at(-1)!.evaluations).toBe(result.evaluations)
    },
  )

  it('keeps the budgets of sparse operations larger under a limit of evaluations', async () => {
    const { result } = await revalue({ ...sampled('grouped'), permutations: null, evaluations: 150 })
    const samples = (id: string) => result.contributions.find((each) => each.id.endsWith(id))!.samples
    expect(samples('/sparse_glu') / samples('/glu')).toBeCloseTo(1.5, 1)
  })

  it('stops at a time and at an error', async () => {
    const free = { permutations: null }
    const timed = await revalue({ ...sampled('permutation'), ...free, batchSize: 8, seconds: 0.05 })
    expect(timed.result.stopped).toBe('seconds')
    const sure = await revalue({ ...sampled('permutation'), ...free, standardError: 0.02 })
    expect(sure.result).toMatchObject({ stopped: 'standard-error', unbiased: false })
    expect(Math.max(...sure.result.contributions.map(({ standardError }) => standardError!))).toBeLessThan(
      0.02,
    )
  })

  it('gives a search that valued nothing its φ', async () => {
    const last = latest(foldEvents(readEvents(unvalued)), 'search-epoch')!
    expect(last.shapley).toBeNull()
    const { result } = await revalue(sampled('antithetic', 4), { of: unvalued })
    expect(result.contributions).toHaveLength(
      latest(foldEvents(readEvents(unvalued)), 'space')!.players.length,
    )
    expect(result.grand).toBe(last.supernetScore)
  })

  it('is kept beside the others, the newest first, until it is removed', async () => {
    for (const { id } of revaluations.read(directory).records) revaluations.remove(directory, id)
    const first = await revalue(sampled('permutation', 2))
    const second = await revalue(sampled('antithetic', 2))
    expect(revaluations.read(directory).records).toEqual([second, first])
    revaluations.remove(directory, first.id)
    expect(revaluations.read(directory).records).toEqual([second])
    expect(() => revaluations.remove(directory, first.id)).toThrow(/no such re-valuation/)
    expect(() => revaluations.remove(directory, '../config')).toThrow(/no such re-valuation/)
  })

  it('tells how far it is, and leaves nothing when it is stopped', async () => {
    const folder = runPaths(unvalued).valuations
    const before = existsSync(folder) ? readdirSync(folder) : []
    const told: VerbProgress[] = []
    const isValuing = ({ doing }: VerbProgress) => doing.startsWith('valuing')
    const stopped = revalueRun(
      { directory: unvalued, request: sampled('permutation', 200) },
      {
        dataDir,
        devices: [],
        breathe: () => (told.some(isValuing) ? Promise.reject(new Error('stop')) : breathe()),
        report: (progress) => told.push(progress),
      },
    )
    await expect(stopped).rejects.toThrow(/stop/)
    expect(told.at(-1)!.doing).toMatch(/valuing coalitions: \d+ of at most \d+/)
    expect(told.at(-1)!.done).toBeGreaterThan(0)
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual(before)
  })

  it('that is damaged is named, and hides no other', () => {
    const before = revaluations.read(directory)
    expect(before.records).not.toEqual([])
    const path = join(runPaths(directory).valuations, 'broken.json')
    writeFileSync(path, '{"version": 1}')
    expect(revaluations.read(directory)).toEqual({
      records: before.records,
      damaged: [expect.objectContaining({ code: 'record-damaged', where: path })],
    })
  })
})
