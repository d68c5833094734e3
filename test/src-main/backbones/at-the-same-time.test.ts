import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ReadBackbone } from '#contract/backbone.ts'
import type { Problem } from '#contract/problem.ts'
import { BackboneLibrary } from '#main/backbones/backbone-library.ts'
import { openStore, type Store } from '#main/store/open.ts'
import type { SpawnWorker, WorkerExit, WorkerProcess } from '#main/workers/spawn-worker.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const read: ReadBackbone = {
  input: { type: 'image', name: 'x', layout: 'channels first', height: null, width: null },
  batch: null,
  parameters: 1,
  bytes: 3,
  hash: 'ab'.repeat(32),
  producer: '',
  taps: [
    {
      name: 'top',
      operator: 'Relu',
      scope: '',
      depth: 1,
      shape: [4, 8, 8],
      layout: 'channels first',
      channels: 4,
    },
  ],
}

/** Workers that answer, or notice that they are to stop, when a test says so. */
class Puppets {
  readonly answers: (() => void)[] = []
  readonly spawn: SpawnWorker = () => {
    let say: Parameters<WorkerProcess['onMessage']>[0] = () => undefined
    const { promise: ended, resolve: end } = Promise.withResolvers<WorkerExit>()
    return {
      pid: 1,
      onMessage: (listener) => void (say = listener),
      onExit: (listener) => void ended.then(listener),
      kill: () => undefined,
      send: ({ type }) => {
        if (type === 'cancel') this.answers.push(() => end({ code: 0 }))
        if (type === 'do')
          this.answers.push(() => {
            say({ type: 'result', result: read })
            end({ code: 0 })
          })
      },
    }
  }
}

let store: Store
let library: BackboneLibrary
let puppets: Puppets
let [dataDir, file] = ['', '']

beforeEach(async () => {
  dataDir = temporaryFolder()
  file = join(dataDir, 'file.onnx')
  writeFileSync(file, 'abc')
  mkdirSync(join(dataDir, 'runs'))
  store = await openStore(dataDir)
  puppets = new Puppets()
  library = new BackboneLibrary({
    dataDir,
    runsDir: join(dataDir, 'runs'),
    store,
    spawnWorker: puppets.spawn,
    push: () => undefined,
    report: () => undefined,
  })
})
afterEach(() => store.close())

/** The next worker that was asked for something does it. */
async function answerNext(): Promise<void> {
  while (puppets.answers.length === 0) await pause(5)
  puppets.answers.shift()!()
}

async function importFile(): Promise<string> {
  const importing = library.import(file, 'pictures')
  await answerNext()
  return await importing
}

it('an import that is going on has ended, without a trace, when the library has closed', async () => {
  const failure = library.import(file, 'pictures').catch((error: Error) => error.message)
  while (puppets.answers.length === 0) await pause(5)
  let isClosed = false
  const closing = Promise.resolve(library.close()).then(() => (isClosed = true))
  await pause(20)
  expect(isClosed).toBe(false)
  puppets.answers[1]()
  await closing
  expect(readdirSync(join(dataDir, 'backbones'))).toEqual([])
  expect(await failure).toContain('closing')
})

it('a name that a file gets while another size is tried stays', async () => {
  const id = await importFile()
  const { picture } = library.list()[0]
  const resizing = library.change(id, { picture: { ...picture!, height: 40 } })
  const naming = library.change(id, { name: 'mine' })
  await answerNext()
  await Promise.all([resizing, naming])
  expect(library.list()).toMatchObject([{ name: 'mine', picture: { height: 40 } }])
})

it('a file that is removed while another size is tried is not there any more', async () => {
  const id = await importFile()
  const { picture } = library.list()[0]
  const resizing = library.change(id, { picture: { ...picture!, height: 40 } })
  library.remove(id)
  const failure = resizing.catch((error: Problem) => error.code)
  await answerNext()
  expect(await failure).toBe('backbone-not-found')
  expect(readdirSync(join(dataDir, 'backbones'))).toEqual([])
})
