import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mostComparedRuns } from '#contract/calls/compare.ts'
import { digestOf } from '#contract/run/digest.ts'
import { foldEvents } from '#contract/run/state.ts'
import { ComparisonReader } from '#main/runs/comparison-reader.ts'
import { digestsOf } from '#main/store/digests.ts'
import { indexRun } from '#main/store/index-run.ts'
import { openStore } from '#main/store/open.ts'
import { runs } from '#main/store/schema.ts'
import { readEvents, runPaths } from '#worker/run-directory/read.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig, searchEpoch, writeWholeRun } from '../sample-runs.ts'

async function openFolder() {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  const store = await openStore(dataDir)
  return { runsDir, store, reader: new ComparisonReader(store, runsDir) }
}

const digestOfLog = (directory: string) => digestOf(foldEvents(readEvents(directory)))

describe('a comparison', () => {
  it('takes runs that rest from the index, in the order asked for', async () => {
    const { runsDir, store, reader } = await openFolder()
    const ids = [writeWholeRun(runsDir, { name: 'one' }), writeWholeRun(runsDir, { name: 'two' })]
    for (const id of ids) indexRun(store, runsDir, id)
    appendFileSync(runPaths(join(runsDir, ids[0])).events, 'damaged after it was indexed\n\n')
    const answer = reader.read(ids.toReversed())
    expect(answer.map(({ id }) => id)).toEqual(ids.toReversed())
    expect(answer[0]).toMatchObject({
      summary: { name: 'two' },
      config: { name: 'two' },
      digest: digestOfLog(join(runsDir, ids[1])),
    })
    expect(answer[1]).toMatchObject({
      summary: { name: 'one' },
      digest: { epochs: [{ epoch: 0 }, { epoch: 1 }] },
    })
    store.close()
  })

  it('reads on in the log of a run that grows, and takes back what a resumption voids', async () => {
    const { runsDir, store, reader } = await openFolder()
    const { id, directory } = createRun(runsDir, sampleConfig())
    const writer = RunWriter.open(directory)
    const epochs = () => {
      const [run] = reader.read([id])
      return 'digest' in run ? run.digest.epochs.map(({ epoch }) => epoch) : run.problem
    }
    expect(epochs()).toEqual([])
    writer.append(searchEpoch(0))
    expect(epochs()).toEqual([0])
    writer.append(searchEpoch(1))
    expect(epochs()).toEqual([0, 1])
    writer.append({ type: 'resumed', afterSeq: 0 })
    expect(epochs()).toEqual([0])
    writer.append(searchEpoch(1))
    expect(epochs()).toEqual([0, 1])
    writer.close()
    store.close()
  })

  it('says of a run that is missing or damaged what is wrong, and shows the others', async () => {
    const { runsDir, store, reader } = await openFolder()
    const whole = writeWholeRun(runsDir)
    const damaged = writeWholeRun(runsDir)
    appendFileSync(runPaths(join(runsDir, damaged)).events, 'no event\n{"seq":9}\n')
    indexRun(store, runsDir, whole)
    const answer = reader.read(['nothing-here', whole, damaged])
    expect(answer).toMatchObject([
      { id: 'nothing-here', problem: { code: 'run-not-found' } },
      { id: whole, digest: { models: [{ model: 'image' }, { model: 'text' }, { model: 'derived' }] } },
      { id: damaged, problem: { code: 'run-damaged' } },
    ])
    store.close()
  })

  it('keeps no more logs open than can be compared at once; what was left is read from its beginning', async () => {
    const { runsDir, store, reader } = await openFolder()
    const ids = Array.from({ length: 1 + mostComparedRuns }, () => {
      const { id, directory } = createRun(runsDir, sampleConfig())
      const writer = RunWriter.open(directory)
      writer.append(searchEpoch(0))
      writer.close()
      return id
    })
    for (const id of ids) reader.read([id])
    const [first, last] = [ids[0], ids.at(-1)!]
    for (const id of [first, last]) {
      const log = runPaths(join(runsDir, id)).events
      writeFileSync(log, `${'?'.repeat(statSync(log).size - 1)}\n{"seq":1,"at":1,"type":"done"}\n`)
    }
    expect(reader.read([first])).toMatchObject([{ problem: { code: 'run-damaged' } }])
    expect(reader.read([last])).toMatchObject([{ digest: { epochs: [{ epoch: 0 }] } }])
    store.close()
  })

  it('does not take a digest that is older than the run’s row', async () => {
    const { runsDir, store } = await openFolder()
    const id = writeWholeRun(runsDir)
    indexRun(store, runsDir, id)
    expect(digestsOf(store, [id]).size).toBe(1)
    store.db.update(runs).set({ updatedAt: 9 }).run()
    expect(digestsOf(store, [id]).size).toBe(0)
    store.close()
  })
})
