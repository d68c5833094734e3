import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunConfigInput } from '#contract/config.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { Problem } from '#contract/problem.ts'
import { executeRun } from '#worker/run/run.ts'
import { readEvents, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { Stopped } from '#worker/stopped.ts'
import { onBrokenDisk, watchFiles } from '../../fixtures/broken-disk.ts'
import { essenceOf } from '../../fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll, memory } from '../../fixtures/temporary-folder.ts'

const root = folderForAll(memory)
const table = writeVectorTable(join(root, 'table'))
const small: Partial<RunConfigInput> = {
  backbones: {
    left: { kind: 'maxout', units: [6, 4], epochs: 2, batchSize: 16 },
    right: { kind: 'maxout', units: [6, 4], epochs: 2, batchSize: 16 },
  },
  space: { cells: 1, steps: 1, channels: 4, length: 4, operations: ['sum', 'glu', 'sparse_glu'] },
  search: { epochs: 2, batchSize: 16 },
  training: { epochs: 1, batchSize: 16, repetitions: 1 },
}

/** A new run in a data folder of its own. */
function newRun(
  name: string,
  { path = table, ...changes }: Partial<RunConfigInput> & { path?: string } = {},
) {
  const runs = join(root, name, 'runs')
  mkdirSync(runs, { recursive: true })
  return createRun(runs, smallConfig(path, { ...small, ...changes })).directory
}

/** Executes a run in this process; it stops at the first event for which `until` holds. */
async function execute(directory: string, until: (event: RunEvent) => boolean = () => false): Promise<void> {
  const stop = new AbortController()
  const send = (event: RunEvent) => void (until(event) && stop.abort(new Stopped('paused')))
  const dataDir = join(directory, '..', '..')
  await executeRun({ directory, dataDir, devices: [], send, signal: stop.signal })
}

let reference: string
let operations = 0
beforeAll(async () => {
  reference = newRun('reference')
  await watchFiles(
    () => execute(reference),
    () => operations++,
  )
})

describe('a full disk', () => {
  it('in the middle is a problem that names the file, and with room again the run comes to the same end', async () => {
    for (const share of [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95]) {
      const directory = newRun(`full ${share}`)
      const { broke, error } = await onBrokenDisk('full', Math.floor(share * operations), () =>
        execute(directory),
      )
      expect([share, broke]).toEqual([share, true])
      expect([share, error]).toMatchObject([share, { code: 'data-folder-unwritable' }])
      expect((error as Problem).where).toContain(join(root, `full ${share}`))
      expect((error as Problem).detail).toContain('ENOSPC')
      await execute(directory)
      expect([share, readStatus(directory)]).toMatchObject([share, { state: 'done', problem: null }])
      expect(essenceOf(directory)).toEqual(essenceOf(reference))
    }
  })
})

describe('a dataset', () => {
  const isSearching = ({ type }: RunEvent) => type === 'search-epoch'

  it('that has changed is a problem, and the original brings the run to the same end', async () => {
    const path = join(root, 'changed.csv')
    const original = readFileSync(table, 'utf8')
    writeFileSync(path, original)
    const [directory, undisturbed] = [newRun('changed', { path }), newRun('unchanged', { path })]
    await execute(undisturbed)
    await execute(directory, isSearching)
    writeFileSync(path, original.replace('class0', 'class1'))
    await expect(execute(directory)).rejects.toMatchObject({ code: 'dataset-changed', where: 'changed' })
    expect(readStatus(directory).problem).toMatchObject({ code: 'dataset-changed' })
    writeFileSync(path, original)
    await execute(directory)
    expect(readStatus(directory)).toMatchObject({ state: 'done', problem: null })
    expect(essenceOf(directory)).toEqual(essenceOf(undisturbed))
  })

  it('that has vanished is a problem that names the file, and back in its place it is taken up', async () => {
    const path = writeVectorTable(join(root, 'vanishing'))
    const directory = newRun('vanished', { path })
    await execute(directory, isSearching)
    renameSync(path, `${path}.moved`)
    await expect(execute(directory)).rejects.toMatchObject({ code: 'file-not-found', where: path })
    expect(readStatus(directory)).toMatchObject({ state: 'failed', problem: { where: path } })
    renameSync(`${path}.moved`, path)
    await execute(directory)
    expect(readStatus(directory)).toMatchObject({ state: 'done', problem: null })
    expect(essenceOf(directory)).toEqual(essenceOf(reference))
  })
})

describe('a loss that is not finite', () => {
  it('is a problem that names what was trained, the step and the place, and keeps the checkpoints before it', async () => {
    const search = { epochs: 2, batchSize: 16, learningRate: 1e38 }
    const directory = newRun('diverged', { search })
    await expect(execute(directory)).rejects.toMatchObject({
      code: 'training-diverged',
      where: expect.stringMatching(/^the supernet, step \d+$/),
      detail: expect.stringMatching(/appears first in|such weights/),
    })
    const { state, problem } = readStatus(directory)
    expect(state).toBe('failed')
    expect(problem?.hint).toContain('learning rate')
    expect(readEvents(directory).at(-1)).toMatchObject({ type: 'failed', problem })
    expect(readEvents(directory).filter(({ type }) => type === 'backbone')).toHaveLength(2)
  })
})

describe('memory that Node does not get', () => {
  it('is a problem that says what the run was doing, and with memory again it comes to the same end', async () => {
    const directory = newRun('short')
    const ask = ({ type }: RunEvent) => {
      if (type === 'search-epoch') throw new RangeError('Array buffer allocation failed')
      return false
    }
    await expect(execute(directory, ask)).rejects.toMatchObject({
      code: 'out-of-memory',
      where: expect.stringContaining('epoch 1 of 2'),
    })
    expect(readStatus(directory)).toMatchObject({ state: 'failed', problem: { code: 'out-of-memory' } })
    await execute(directory)
    expect(readStatus(directory)).toMatchObject({ state: 'done', problem: null })
    expect(essenceOf(directory)).toEqual(essenceOf(reference))
  })
})
