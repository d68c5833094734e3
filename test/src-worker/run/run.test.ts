import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunConfigInput } from '#contract/config.ts'
import { foldEvents, latest, scoreTable } from '#contract/run/state.ts'
import { readEvents, readResult, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { essenceOf, runWorker, type WorkerOptions } from '../../fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const root = folderForAll()
const table = writeVectorTable(join(root, 'data'))
let reference: string

beforeAll(async () => {
  reference = newRun('reference')
  await execute(reference)
})

/** A new run in a data folder of its own. */
function newRun(name: string, changes: Partial<RunConfigInput> = {}): string {
  const runs = join(root, name, 'runs')
  mkdirSync(runs, { recursive: true })
  return createRun(runs, smallConfig(table, changes)).directory
}

const execute = (directory: string, options: Partial<WorkerOptions> = {}) =>
  runWorker({ directory, dataDir: join(directory, '..', '..'), ...options })

describe('a run', () => {
  it('goes from a table to scores, an architecture and a model file', () => {
    const state = foldEvents(readEvents(reference))
    expect(readStatus(reference).state).toBe('done')
    expect(scoreTable(state).map(({ model }) => model)).toEqual(['left', 'right', 'concatenation', 'derived'])
    expect(scoreTable(state).every(({ scores }) => scores.length === 2)).toBe(true)
    expect(state.byType['search-epoch']).toHaveLength(3)
    const { shapley } = latest(state, 'search-epoch')!
    expect(shapley!.contributions.map(({ id }) => id)).toEqual(
      latest(state, 'space')!.players.map(({ id }) => id),
    )
    expect(latest(state, 'exported')!.files).toContain(join('exports', 'model', 'model.onnx'))
    expect(readResult(reference)).toMatchObject({ genotype: latest(state, 'searched')!.genotype })
  })

  it('compares models of the same size, within 10 %', () => {
    const sizes = scoreTable(foldEvents(readEvents(reference))).map(({ parameters }) => parameters)
    const derived = sizes.at(-1)!
    for (const size of sizes) expect(Math.abs(size - derived) / derived).toBeLessThanOrEqual(0.1)
  })

  it('keeps the genotype with the best score on validation, the earlier among equals', () => {
    const state = foldEvents(readEvents(reference))
    const epochs = state.byType['search-epoch']
    const best = Math.max(...epochs.map(({ derivedScore }) => derivedScore))
    const kept = latest(state, 'searched')!
    expect(kept.derivedScore).toBe(best)
    expect(kept.epoch).toBe(epochs.find(({ derivedScore }) => derivedScore === best)!.epoch)
  })

  it('has the same events in another process, folder, locale and time zone', async () => {
    const other = newRun('elsewhere')
    await execute(other, {
      cwd: tmpdir(),
      env: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Asia/Kolkata' },
    })
    expect(essenceOf(other)).toEqual(essenceOf(reference))
  })

  // Networks as small as these; larger products may differ (docs/decisions/0005-same-results.md).
  it('has the same events with two threads', async () => {
    const other = newRun('threads', { threads: 2 })
    await execute(other)
    expect(essenceOf(other)).toEqual(essenceOf(reference))
  })

  it('has other events with another seed', async () => {
    const other = newRun('seed', { seed: 4 })
    await execute(other)
    expect(essenceOf(other)).not.toEqual(essenceOf(reference))
  })

  it('goes on after SIGKILL as if nothing had happened, wherever it struck', async () => {
    const { length } = readEvents(reference)
    const broken = newRun('killed')
    for (const share of [0.05, 0.3, 0.5, 0.7, 0.9])
      await execute(broken, { killAfter: Math.ceil(share * length) })
    await execute(broken)
    expect(readStatus(broken).state).toBe('done')
    expect(readEvents(broken).filter(({ type }) => type === 'resumed').length).toBeGreaterThan(2)
    expect(essenceOf(broken)).toEqual(essenceOf(reference))
  })

  it.each([
    ['cancel', 'cancelled', /the window or the command line/],
    ['pause', 'paused', /the window or the command line/],
    ['SIGTERM', 'interrupted', /SIGTERM/],
  ] as const)('stops at %s, is %s, says who told it, and goes on', async (word, state, by) => {
    const stopped = newRun(`stopped by ${word}`)
    await execute(stopped, { cancelAfter: 20, word })
    expect(readStatus(stopped)).toMatchObject({ state, problem: null, process: null })
    expect(readStatus(stopped).stoppedBy).toMatch(by)
    expect(readEvents(stopped).at(-1)!.type).toBe('stopped')
    await execute(stopped)
    expect(readStatus(stopped)).toMatchObject({ state: 'done', problem: null })
    expect(readStatus(stopped)).not.toHaveProperty('stoppedBy')
    expect(essenceOf(stopped)).toEqual(essenceOf(reference))
  })

  it('keeps its device when it goes on, also where a better one has been found since', async () => {
    const run = newRun('device', { device: 'auto' })
    const [webgpu, cpu] = (['webgpu', 'cpu'] as const).map((device) => ({
      device,
      available: true,
      reason: '',
      productMs: device === 'cpu' ? 3 : 1,
    }))
    await execute(run, { killAfter: 20, devices: [cpu] })
    await execute(run, { devices: [webgpu, cpu] })
    expect(readStatus(run)).toMatchObject({ state: 'done', problem: null })
    expect(essenceOf(run)).toEqual(essenceOf(reference))
  })

  it('refuses to go on when the data has changed', async () => {
    const changed = join(root, 'changed.csv')
    writeFileSync(changed, readFileSync(table))
    const run = newRun('changed', { dataset: { ...smallConfig(table).dataset, path: changed } as never })
    await execute(run, { killAfter: 12 })
    writeFileSync(changed, readFileSync(table, 'utf8').replace('class0', 'class1'))
    await execute(run)
    expect(readStatus(run)).toMatchObject({ state: 'failed', problem: { code: 'dataset-changed' } })
  })
})
