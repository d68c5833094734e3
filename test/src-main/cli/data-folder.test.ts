import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { problemTexts } from '#contract/problem.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runCommand, runEntries, tinySettings, type CommandOptions, type Ended } from './command.ts'

const root = folderForAll()
const table = writeVectorTable(join(root, 'table'), 60)
const columns = ['--vector', 'left', '--vector', 'right', '--label', 'label']
const search = (dataDir: string, options?: CommandOptions) =>
  runCommand(['search', '--table', table, ...columns, ...tinySettings, '--data-dir', dataDir], options)

const mounted: string[] = []

/** A file system of its own, or null where this process may not make one. */
function mount(name: string, options: string): string | null {
  const folder = join(root, name)
  mkdirSync(folder)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return null
  mounted.push(folder)
  return folder
}

afterAll(() => {
  for (const folder of mounted) execFileSync('umount', [folder])
})

function expectUnwritable({ code, stdout, stderr }: Ended, dataDir: string): void {
  const { message, hint } = problemTexts['data-folder-unwritable']
  expect(stderr).toContain(`${message}: ${dataDir}`)
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(hint)
  expect(stdout + stderr).not.toMatch(/^\s+at |node:internal/m)
  expect(code).toBe(2)
}

/** Names of files under construction, anywhere in a folder. */
const unfinished = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('unfinished'))

describe('a data folder that cannot hold a run', () => {
  it.each(['search', 'list', 'show', 'resume'])('%s refuses a file', async (command) => {
    const file = join(root, `file of ${command}`)
    writeFileSync(file, 'mine')
    const ended =
      command === 'search'
        ? await search(file)
        : await runCommand([command, ...(command === 'list' ? [] : ['x']), '--data-dir', file])
    expect(ended.stderr).toContain(file)
    expect(ended.stderr).not.toMatch(/^\s+at /m)
    expect(ended.code).toBe(2)
  })

  it('is refused when it is read-only', async ({ skip }) => {
    const folder = process.getuid!() === 0 ? mount('read-only', 'ro') : join(root, 'read-only')
    if (folder === null) return skip('nothing is read-only for root, and mounting is not allowed')
    if (process.getuid!() !== 0) {
      mkdirSync(folder)
      chmodSync(folder, 0o555)
    }
    expectUnwritable(await search(folder), folder)
    expect(readdirSync(folder)).toEqual([])
  })

  it('is refused when not even the settings of a run fit in', async ({ skip }) => {
    const folder = mount('full', 'size=4k')
    if (folder === null) return skip('mounting is not allowed')
    expectUnwritable(await search(folder), folder)
    expect(runEntries(folder)).toEqual([])
  })
})

describe('a data folder that gets full on the way', () => {
  it('leaves a run that goes on when there is room', async ({ skip }) => {
    const folder = mount('small', 'size=160k')
    if (folder === null) return skip('mounting is not allowed')
    expectUnwritable(await search(folder), folder)
    expect(unfinished(folder)).toEqual([])
    const [id] = runEntries(folder)
    execFileSync('mount', ['-o', 'remount,size=8m', folder])
    const resumed = await runCommand(['resume', id, '--data-dir', folder])
    expect(resumed).toMatchObject({ code: 0 })
    expect(existsSync(join(folder, 'runs', id, 'exports', 'model', 'model.onnx'))).toBe(true)
  })

  it('keeps the problem with the run, which finishes without the limit', async () => {
    const folder = join(root, 'limited')
    // 24 KiB a file; the shell's child ignores the signal, so that writing fails as on a full disk
    const ended = await search(folder, { limit: "trap '' XFSZ; ulimit -f 24" })
    expectUnwritable(ended, folder)
    expect(unfinished(folder)).toEqual([])
    const [id] = runEntries(folder)
    expect(readStatus(join(folder, 'runs', id))).toMatchObject({
      state: 'failed',
      problem: { code: 'data-folder-unwritable' },
    })
    expect(await runCommand(['resume', id, '--data-dir', folder])).toMatchObject({ code: 0 })
  })
})
