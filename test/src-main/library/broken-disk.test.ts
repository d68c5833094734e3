import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BulkAnswer } from '#contract/calls/runs.ts'
import { readAnnotations } from '#main/library/annotations.ts'
import { readConfig, readEvents, readStatus } from '#worker/run-directory/read.ts'
import { memory, temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { writeWholeRun } from '../sample-runs.ts'
import { Killed, onBrokenDisk } from '../../fixtures/broken-disk.ts'
import { openLibrary, tablesOf, type OpenLibrary } from './open-library.ts'

let template: string
let source: string
let [listed, thrown, foreign] = ['', '', '']

beforeEach(() => {
  template = temporaryFolder(memory)
  for (const folder of ['runs', 'trash']) mkdirSync(join(template, folder))
  listed = writeWholeRun(join(template, 'runs'), { seed: 1 })
  thrown = writeWholeRun(join(template, 'trash'), { seed: 2 })
  source = temporaryFolder(memory)
  foreign = writeWholeRun(source, { seed: 3 })
})

interface Deed {
  act: (bench: OpenLibrary) => Promise<unknown>
  /** Whether what was to be done is done, as the folders show. */
  isDone: (bench: OpenLibrary) => boolean
}

const inRuns = ({ folders }: OpenLibrary, id: string) => existsSync(join(folders.runsDir, id))
const inTrash = ({ folders }: OpenLibrary, id: string) => existsSync(join(folders.trashDir, id))

const deeds: Record<string, Deed> = {
  annotate: {
    act: ({ library }) => library.annotate([listed], { notes: 'new', addTags: ['a'] }),
    isDone: ({ folders }) => readAnnotations(join(folders.runsDir, listed)).notes === 'new',
  },
  trash: { act: ({ library }) => library.trash([listed]), isDone: (bench) => inTrash(bench, listed) },
  restore: { act: ({ library }) => library.restore([thrown]), isDone: (bench) => inRuns(bench, thrown) },
  erase: { act: ({ library }) => library.erase([thrown]), isDone: (bench) => !inTrash(bench, thrown) },
  import: { act: ({ library }) => library.import(source), isDone: (bench) => inRuns(bench, foreign) },
}

/** Another process would find the files of a dead one; here the dead one has the same number. */
function bury(folder: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/(^|\/)claim[^/]*$/.test(path)) continue
    const content = readFileSync(join(folder, path), 'utf8')
    if (content === '') continue
    const holder = JSON.parse(content) as object
    writeFileSync(join(folder, path), JSON.stringify({ ...holder, startTime: 'earlier' }))
  }
}

/** Every run lies whole in one place, and the index knows what the folders hold. */
async function expectWhole(bench: OpenLibrary): Promise<void> {
  const { runsDir, trashDir } = bench.folders
  const [runs, trash] = [readdirSync(runsDir), readdirSync(trashDir)]
  expect(runs.filter((id) => trash.includes(id))).toEqual([])
  for (const directory of [
    ...runs.map((id) => join(runsDir, id)),
    ...trash.map((id) => join(trashDir, id)),
  ]) {
    readConfig(directory)
    readAnnotations(directory)
    expect(readStatus(directory).state).toBe('done')
    expect(readEvents(directory)).toHaveLength(17)
  }
  const place = (id: string, trashed: boolean) => [id, trashed] as const
  const places = [...runs.map((id) => place(id, false)), ...trash.map((id) => place(id, true))].toSorted()
  const indexed = () => tablesOf(bench.store).runs.map(({ id, trashed }) => place(id, trashed))
  await vi.waitFor(() => expect(indexed().toSorted()).toEqual(places), { interval: 5 })
}

const copyOfTemplate = () => {
  const dataDir = temporaryFolder(memory)
  cpSync(template, dataDir, { recursive: true })
  return dataDir
}

describe.each(Object.entries(deeds))('%s', (_, { act, isDone }) => {
  it('is done or not done, but never half, wherever the process is killed', async () => {
    for (let nth = 1, broke = true; broke; nth++) {
      const dataDir = copyOfTemplate()
      const bench = await openLibrary(dataDir, { scanMs: 20 })
      const { error, ...end } = await onBrokenDisk('killed', nth, () => act(bench))
      broke = end.broke
      bench.close()
      if (error && !(error instanceof Killed)) throw error
      bury(dataDir)
      const again = await openLibrary(dataDir, { scanMs: 20 })
      await expectWhole(again)
      if (!isDone(again)) await act(again)
      expect(isDone(again)).toBe(true)
      await expectWhole(again)
      again.close()
    }
  }, 60_000)

  it('says so on a full disk, leaves all as it was, and is done when there is room', async () => {
    for (let nth = 1, broke = true; broke; nth++) {
      const bench = await openLibrary(copyOfTemplate(), { scanMs: 20 })
      let answer: unknown
      const { error, ...end } = await onBrokenDisk('full', nth, async () => (answer = await act(bench)))
      if (error) throw error
      broke = end.broke
      await expectWhole(bench)
      const codes = (answer as Pick<BulkAnswer, 'refused'>).refused.map(({ problem }) => problem.code)
      expect([nth, codes]).toEqual([nth, isDone(bench) ? codes : ['data-folder-unwritable']])
      if (!isDone(bench)) await act(bench)
      expect(isDone(bench)).toBe(true)
      await expectWhole(bench)
      bench.close()
    }
  }, 60_000)
})
