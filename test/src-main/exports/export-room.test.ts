import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Push } from '#contract/calls.ts'
import { exportRequest, type ExporterName } from '#contract/export.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { fileContent } from '#main/exports/content.ts'
import { saveContent, type Desktop } from '#main/exports/desktop.ts'
import { Downloads } from '#main/exports/downloads.ts'
import { startHost, type Host } from '#main/host.ts'
import { createWorkbench, type Workbench, type WorkbenchOptions } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { readZip } from '../../fixtures/read-zip.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { writeWholeRun } from '../sample-runs.ts'

let workbench: Workbench
let host: Host
let runsDir: string
let id: string
const pushes: Push[] = []
const problems: ProblemReport[] = []

async function open(options: Partial<WorkbenchOptions> = {}): Promise<void> {
  const dataDir = temporaryFolder()
  runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  id = writeWholeRun(runsDir)
  workbench = await createWorkbench({
    dataDir,
    spawnWorker: forkWorkers(),
    report: (problem) => void problems.push(problem),
    ...options,
  })
  workbench.subscribe((push) => pushes.push(push))
  host = await startHost({ workbench, rendererDir: dataDir })
}

beforeEach(() => open())
afterEach(async () => {
  pushes.length = 0
  problems.length = 0
  await host.close()
  await workbench.close()
})

const request = (...exporters: ExporterName[]) => exportRequest.parse({ exporters })
const create = (...exporters: ExporterName[]) =>
  workbench.handlers['exports.create'](id, request(...exporters))
const exportsOf = () => join(runsDir, id, 'exports')

/** The session cookie of a browser that showed the token. */
async function enter(): Promise<string> {
  const { origin, hash } = new URL(host.url)
  const token = hash.slice('#token='.length)
  const answer = await fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  return answer.headers.get('set-cookie')!.split(';')[0]
}

const fetchAt = (address: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(new URL(host.url).origin + address, { headers, method })

async function offered(name: string, path: string | null): Promise<string> {
  const answer = await workbench.handlers['exports.download'](id, name, path)
  return (answer as { address: string }).address
}

describe('an export', () => {
  it('is made by a worker in the folder of the run, and told of on the way', async () => {
    const made = await create('genotype', 'svg')
    expect(made.parts.map(({ exporter }) => exporter)).toEqual(['genotype', 'svg'])
    expect(readdirSync(made.folder).sort()).toEqual(['export.json', 'genotype', 'svg'])
    expect(made.folder).toBe(join(exportsOf(), made.name))
    const { exports, running, desktop } = await workbench.handlers['exports.list'](id)
    expect(exports).toEqual([made])
    expect({ running, desktop }).toEqual({ running: null, desktop: false })
    const told = pushes.flatMap((push) => (push.topic === 'export.changed' ? [push.running] : []))
    expect(told.at(0)).toEqual({ done: 0, doing: 'Genotype' })
    expect(told.at(-1)).toBeNull()
  })

  it('is one at a time, and cancelled without a trace', async () => {
    const first = create('genotype', 'svg')
    await expect(create('svg')).rejects.toMatchObject({ code: 'export-running' })
    await workbench.handlers['exports.cancel'](id)
    await expect(first).rejects.toMatchObject({ code: 'export-cancelled' })
    expect(readdirSync(exportsOf())).toEqual([])
    expect((await workbench.handlers['exports.list'](id)).running).toBeNull()
    await create('genotype')
  })

  it('says why it is not possible, and leaves nothing', async () => {
    await expect(create('genotype', 'report')).rejects.toMatchObject({
      code: 'not-exportable',
      detail: 'the run has not read its data yet',
    })
    await expect(workbench.handlers['exports.create']('nothing', request('svg'))).rejects.toMatchObject({
      code: 'run-not-found',
    })
    expect(readdirSync(exportsOf())).toEqual([])
  })

  it('keeps its run out of the trash until it is written', async () => {
    const making = create('genotype', 'svg')
    const { refused } = await workbench.handlers['runs.trash']([id])
    expect(refused).toMatchObject([{ id, problem: { code: 'run-busy' } }])
    await making
    expect((await workbench.handlers['runs.trash']([id])).done).toEqual([id])
    expect(readdirSync(runsDir)).toEqual([])
  })

  it('is no link to elsewhere', async () => {
    const { name, folder } = await create('genotype')
    const outside = temporaryFolder()
    renameSync(folder, join(outside, name))
    symlinkSync(join(outside, name), folder)
    expect((await workbench.handlers['exports.list'](id)).exports).toEqual([])
    const { 'exports.download': download } = workbench.handlers
    await expect(download(id, name, null)).rejects.toMatchObject({ code: 'file-not-found' })
    rmSync(exportsOf(), { recursive: true })
    symlinkSync(outside, exportsOf())
    await expect(download(id, name, null)).rejects.toMatchObject({ code: 'file-not-found' })
  })

  it('that is damaged is reported, and hides no other', async () => {
    const whole = await create('genotype')
    const damaged = join(exportsOf(), 'damaged')
    mkdirSync(damaged)
    writeFileSync(join(damaged, 'export.json'), '{')
    const { exports } = await workbench.handlers['exports.list'](id)
    expect(exports.map(({ name }) => name)).toEqual([whole.name])
    expect(problems).toMatchObject([{ code: 'run-damaged', where: join(damaged, 'export.json') }])
  })

  it('goes when it is removed, leaves nothing behind, and windows hear of it', async () => {
    const { name } = await create('genotype')
    const other = await create('svg')
    const { 'exports.remove': remove, 'exports.list': list } = workbench.handlers
    // as a crash leaves it half way
    mkdirSync(join(exportsOf(), '.unfinished-removed-20200101-000000'))
    pushes.length = 0
    expect(await remove(id, name)).toBeNull()
    expect(readdirSync(exportsOf())).toEqual([other.name])
    expect((await list(id)).exports).toEqual([other])
    expect(pushes).toEqual([{ topic: 'export.changed', id, running: null }])
    await expect(remove(id, name)).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(remove('nothing', other.name)).rejects.toMatchObject({ code: 'run-not-found' })
  })

  it('goes while another is being made, which is told on and comes to its end', async () => {
    const { name } = await create('genotype')
    const making = create('svg')
    await workbench.handlers['exports.remove'](id, name)
    expect(pushes.at(-1)).toMatchObject({ topic: 'export.changed', running: { done: expect.any(Number) } })
    const made = await making
    expect(readdirSync(exportsOf())).toEqual([made.name])
  })

  it('that the run itself has left stays, and so does what is no export or a link', async () => {
    const { 'exports.remove': remove } = workbench.handlers
    const bundle = join(exportsOf(), 'model')
    mkdirSync(bundle)
    writeFileSync(join(bundle, 'model.onnx'), '0123456789')
    mkdirSync(join(exportsOf(), 'notes'))
    const outside = temporaryFolder()
    const { name, folder } = await create('genotype')
    renameSync(folder, join(outside, name))
    symlinkSync(join(outside, name), folder)
    await expect(remove(id, 'model')).rejects.toMatchObject({ code: 'not-allowed', where: bundle })
    for (const other of ['notes', name, '..', '../checkpoints'])
      await expect(remove(id, other)).rejects.toMatchObject({ code: 'file-not-found' })
    expect(readdirSync(exportsOf()).toSorted()).toEqual([name, 'model', 'notes'].toSorted())
    expect(readdirSync(join(outside, name)).toSorted()).toEqual(['export.json', 'genotype'])
  })

  it('of an older version, the bundle that a run leaves at its end, is listed without a record', async () => {
    const bundle = join(exportsOf(), 'model')
    mkdirSync(bundle)
    writeFileSync(join(bundle, 'model.onnx'), '0123456789')
    mkdirSync(join(exportsOf(), 'notes of mine'))
    mkdirSync(join(exportsOf(), 'notes'))
    const { exports } = await workbench.handlers['exports.list'](id)
    expect(exports.map(({ name, bytes }) => [name, bytes])).toEqual([['model', 10]])
  })
})

describe('a download', () => {
  it('brings all files in one archive, once', async () => {
    const { name, folder } = await create('genotype', 'svg')
    const address = await offered(name, null)
    expect((await fetchAt(address)).status).toBe(401)
    const cookie = await enter()
    const answer = await fetchAt(address, { cookie })
    expect(answer.headers.get('content-type')).toBe('application/zip')
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${id}-${name}.zip"`)
    const files = readZip(Buffer.from(await answer.arrayBuffer()))
    expect(files.get(`${id}-${name}/genotype/genotype.json`)).toEqual(
      readFileSync(join(folder, 'genotype', 'genotype.json')),
    )
    expect(files.size).toBe(5)
    const again = await fetchAt(address, { cookie })
    expect(again.status).toBe(400)
    expect(await again.json()).toMatchObject({ problem: { code: 'not-allowed' } })
  })

  it('brings one file with its own type and length', async () => {
    const { name } = await create('genotype')
    const cookie = await enter()
    const answer = await fetchAt(await offered(name, 'genotype/genotype.json'), { cookie })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="genotype.json"')
    const body = await answer.text()
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(body)))
    expect(JSON.parse(body)).toMatchObject({ schemaVersion: 1 })
  })

  it('is not spent by a question without the content, nor by a foreign page', async () => {
    const { name } = await create('genotype')
    const address = await offered(name, 'export.json')
    const cookie = await enter()
    expect((await fetchAt(address, { cookie }, 'HEAD')).status).toBe(404)
    expect((await fetchAt(address, { cookie, origin: 'http://evil.example' })).status).toBe(403)
    expect((await fetchAt(address, { cookie })).status).toBe(200)
  })

  it.each(['nonsense', '..%2f..%2fetc%2fpasswd', '%00', 'a'.repeat(5000)])(
    'is refused for the made-up ticket %s',
    async (ticket) => {
      const answer = await fetchAt(`/api/download/${ticket}`, { cookie: await enter() })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    },
  )

  it('says so when the run has gone to the trash since it was offered', async () => {
    const { name } = await create('genotype')
    const addresses = [await offered(name, null), await offered(name, 'export.json')]
    await workbench.handlers['runs.trash']([id])
    const cookie = await enter()
    for (const address of addresses) {
      const answer = await fetchAt(address, { cookie })
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { problem: { code: 'file-not-found' } },
      ])
    }
  })

  it('never leaves the export', async () => {
    const { name, folder } = await create('genotype')
    writeFileSync(join(folder, '.hidden'), 'x')
    symlinkSync(join(runsDir, id), join(folder, 'link'))
    symlinkSync(join(runsDir, id, 'config.json'), join(folder, 'out.json'))
    const outside = ['../../config.json', 'genotype/../../../config.json', '/etc/passwd', 'genotype\\..\\x']
    const links = ['link', 'link/config.json', 'out.json']
    for (const path of [...outside, ...links, '..', '.', '', '.hidden', 'genotype'])
      await expect(workbench.handlers['exports.download'](id, name, path)).rejects.toMatchObject({
        code: 'file-not-found',
      })
    const archive = await fetchAt(await offered(name, null), { cookie: await enter() })
    const files = readZip(Buffer.from(await archive.arrayBuffer()))
    expect(files.size).toBe(4)
    expect([...files.keys()].filter((file) => /config|link|out/.test(file))).toEqual([])
  })

  it('is refused for what is no export of this run', async () => {
    const download = workbench.handlers['exports.download']
    for (const name of ['checkpoints', '..', '../checkpoints', 'model'])
      await expect(download(id, name, null)).rejects.toMatchObject({ code: 'file-not-found' })
  })

  it('is offered for a minute', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.txt'), 'a')
    const downloads = new Downloads()
    const ticketOf = (address: string) => address.split('/').at(-1)!
    const early = ticketOf(downloads.offer(fileContent(folder, 'a.txt'), 0))
    const late = ticketOf(downloads.offer(fileContent(folder, 'a.txt'), 0))
    expect(downloads.take(early, 59_000).name).toBe('a.txt')
    expect(() => downloads.take(late, 61_000)).toThrow('too old')
  })
})

describe('on a desktop', () => {
  const shown: string[] = []
  let target: string | null
  const desktop: Desktop = {
    askWhereToSave: async (name) => (target === null ? null : join(target, name)),
    showFolder: (path) => shown.push(path),
  }
  beforeEach(async () => {
    await host.close()
    await workbench.close()
    await open({ desktop })
  })

  it('an export is saved where the person says, or not at all, and its folder shown', async () => {
    const { name, folder } = await create('genotype')
    target = null
    expect(await workbench.handlers['exports.download'](id, name, null)).toEqual({ saved: null })
    target = temporaryFolder()
    // what a person named so is theirs
    writeFileSync(join(target, `${id}-${name}.zip.unfinished`), 'mine')
    const saved = await workbench.handlers['exports.download'](id, name, null)
    expect(saved).toEqual({ saved: join(target, `${id}-${name}.zip`) })
    expect(readdirSync(target).toSorted()).toEqual([`${id}-${name}.zip`, `${id}-${name}.zip.unfinished`])
    expect(readZip(readFileSync(join(target, `${id}-${name}.zip`))).size).toBe(3)
    await workbench.handlers['exports.show'](id, name)
    expect(shown).toEqual([folder])
  })

  it('what breaks off on the way leaves no half file', async () => {
    const folder = temporaryFolder()
    const open = () =>
      Readable.from(
        (function* () {
          yield 'half'
          throw new Error('the disk is gone')
        })(),
      )
    const broken = { name: 'a.txt', type: 'text/plain', bytes: null, open }
    await expect(saveContent(broken, join(folder, 'a.txt'))).rejects.toMatchObject({
      code: 'file-unwritable',
      detail: 'the disk is gone',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('a place that cannot be written is a problem, and keeps no half file', async () => {
    const { name } = await create('genotype')
    target = join(temporaryFolder(), 'missing')
    const saving = workbench.handlers['exports.download'](id, name, 'export.json')
    await expect(saving).rejects.toMatchObject({ code: 'file-unwritable' })
    expect(existsSync(target)).toBe(false)
  })
})

it('a browser is not shown folders', async () => {
  const { name, folder } = await create('genotype')
  await expect(workbench.handlers['exports.show'](id, name)).rejects.toMatchObject({ code: 'not-allowed' })
  expect(await textOf(fileContent(folder, 'export.json').open())).toContain('"version": 1')
})
