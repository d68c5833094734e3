import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { writeDiagnostics } from '#main/library/diagnostics.ts'
import { RunWriter } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { writeWholeRun } from '../sample-runs.ts'

const home = '/home/ada-of-the-test'
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  homedir: () => home,
}))

const known = {
  devices: [{ device: 'cuda' as const, available: false, reason: `no ${home}/lib`, productMs: null }],
  machine: {
    processor: 'a processor',
    cores: 2,
    load: 0.5,
    memoryBytes: 8,
    freeMemoryBytes: 4,
    diskBytes: 16,
    freeDiskBytes: 2,
    graphicsCards: [],
  },
  info: { database: { bytes: 4096, journal: 'wal', sharedFileSystem: null }, backups: [] },
}

/** Names and texts in a zip, by its central directory (APPNOTE 4.3.12). */
function unzip(bytes: Buffer): Map<string, string> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'))
  let at = bytes.readUInt32LE(end + 16)
  const files = new Map<string, string>()
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    const nameLength = bytes.readUInt16LE(at + 28)
    const local = bytes.readUInt32LE(at + 42)
    const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(data, data + bytes.readUInt32LE(at + 20))
    const text = bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed
    files.set(bytes.toString('utf8', at + 46, at + 46 + nameLength), text.toString('utf8'))
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return files
}

async function collect(dataDir: string): Promise<Map<string, string>> {
  const { folder, file, bytes } = await writeDiagnostics({ dataDir, ...known })
  expect(folder).toBe(join(dataDir, 'diagnostics'))
  expect(readdirSync(folder)).toEqual([file])
  const zip = readFileSync(join(folder, file))
  expect(zip).toHaveLength(bytes)
  return unzip(zip)
}

function dataFolder(): { dataDir: string; id: string } {
  const dataDir = temporaryFolder()
  const dataset = { kind: 'table', path: `${home}/secret.csv`, label: 'label', modalities: {} } as const
  const modalities = { a: { column: 'a', type: 'vector' }, b: { column: 'b', type: 'vector' } } as const
  const id = writeWholeRun(join(dataDir, 'runs'), { dataset: { ...dataset, modalities } })
  mkdirSync(join(dataDir, 'logs'))
  writeFileSync(join(dataDir, 'logs', 'problems.ndjson'), `{"where": "${home}/x"}\n`)
  writeFileSync(join(dataDir, 'settings.json'), '{"slots": 2}')
  return { dataDir, id }
}

describe('the diagnostics file', () => {
  it('holds versions, machine, devices, settings, logs, and configuration and status of the runs', async () => {
    const { dataDir, id } = dataFolder()
    const files = await collect(dataDir)
    expect([...files.keys()]).toEqual([
      'versions.json',
      'machine.json',
      'devices.json',
      'library.json',
      'settings.json',
      'logs/problems.ndjson',
      `runs/${id}/config.json`,
      `runs/${id}/status.json`,
    ])
    expect(JSON.parse(files.get('versions.json')!)).toMatchObject({ node: process.versions.node })
    expect(JSON.parse(files.get('library.json')!)).toMatchObject({ runs: 1, database: { journal: 'wal' } })
    expect(JSON.parse(files.get(`runs/${id}/status.json`)!)).toMatchObject({ state: 'done' })
  })

  it('names no path of the home folder', async () => {
    const { dataDir, id } = dataFolder()
    const files = await collect(dataDir)
    expect([...files.values()].filter((text) => text.includes(home))).toEqual([])
    expect(JSON.parse(files.get(`runs/${id}/config.json`)!).dataset.path).toBe('~/secret.csv')
    expect(files.get('devices.json')).toContain('no ~/lib')
  })

  it('holds no events, weights, notes or exports', async () => {
    const { dataDir, id } = dataFolder()
    const directory = join(dataDir, 'runs', id)
    writeFileSync(join(directory, 'exports', 'model.onnx'), 'secret weights')
    writeFileSync(join(directory, 'checkpoints', '1.safetensors'), 'secret weights')
    writeFileSync(join(directory, 'annotations.json'), '{"notes": "secret note"}')
    const writer = RunWriter.open(directory)
    writer.append({ type: 'progress', phase: 'search', done: 1, doing: 'secret event' })
    writer.close()
    const files = await collect(dataDir)
    expect([...files.values()].filter((text) => text.includes('secret '))).toEqual([])
  })

  it('takes the newest twenty runs and the end of a long log', async () => {
    const { dataDir } = dataFolder()
    const log = `${'x'.repeat(3 * 1024 * 1024)}\nthe last line\n`
    writeFileSync(join(dataDir, 'logs', 'host.log'), log)
    const ids = Array.from({ length: 22 }, (_, i) =>
      writeWholeRun(join(dataDir, 'runs'), {}, 1_800_000_000_000 + i),
    )
    const files = await collect(dataDir)
    const taken = [...files.keys()]
      .filter((name) => name.endsWith('config.json'))
      .map((name) => name.split('/')[1])
    expect(taken).toEqual(ids.slice(2))
    expect(files.get('logs/host.log')).toHaveLength(1024 * 1024)
    expect(files.get('logs/host.log')).toMatch(/the last line\n$/)
  })

  it('can be made of an empty data folder', async () => {
    expect((await collect(temporaryFolder())).size).toBe(4)
  })

  it('says so when it cannot be written', async () => {
    const { dataDir } = dataFolder()
    writeFileSync(join(dataDir, 'diagnostics'), '')
    const writing = writeDiagnostics({ dataDir, ...known })
    await expect(writing).rejects.toMatchObject({ code: 'data-folder-unwritable' })
  })
})
