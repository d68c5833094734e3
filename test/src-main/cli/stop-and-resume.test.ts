import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemTexts } from '#contract/problem.ts'
import { readEvents, readStatus, runPaths } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runCommand, runEntries, startCommand, tinySettings } from './command.ts'

const root = folderForAll()
const dataDir = join(root, 'data')
const table = writeVectorTable(join(root, 'table'), 60)
const columns = ['--vector', 'left', '--vector', 'right', '--label', 'label']
const search = ['search', '--table', table, ...columns, ...tinySettings, '--data-dir', dataDir]
const resume = (id: string) => runCommand(['resume', id, '--data-dir', dataDir])
const newRunSince = (known: string[]) => runEntries(dataDir).find((entry) => !known.includes(entry))!
const directoryOf = (id: string) => join(dataDir, 'runs', id)

describe('Ctrl+C', () => {
  it.each([
    ['to the command line alone', 1],
    ['as a terminal sends it, to the worker too', -1],
  ])('%s stops the run, says how to go on, and resume finishes it', async (_, group) => {
    const known = runEntries(dataDir)
    const command = startCommand(search)
    await command.said('Backbone left')
    process.kill(group * command.child.pid!, 'SIGINT')
    const stopped = await command.ended
    const id = newRunSince(known)
    expect(stopped.stdout).toContain(`Stopped at a checkpoint. To go on: npm run shapwright -- resume ${id}`)
    expect(stopped.code).toBe(130)
    expect(readStatus(directoryOf(id))).toMatchObject({ state: 'cancelled', problem: null })

    const resumed = await resume(id)
    expect(resumed.stdout).toContain('Going on from the last checkpoint.')
    expect(resumed.stdout).not.toContain('Backbone left')
    expect(resumed.stdout).toContain('The model file: ')
    expect(resumed.code).toBe(0)
    expect(readStatus(directoryOf(id)).state).toBe('done')
  })

  it.each(['cpu', 'auto'])('before the worker has begun stops the run as well, on %s', async (device) => {
    const known = runEntries(dataDir)
    const command = startCommand([...search, '--device', device])
    await command.said('Run ')
    process.kill(-command.child.pid!, 'SIGINT')
    const stopped = await command.ended
    const id = newRunSince(known)
    expect(stopped).toMatchObject({ code: 130 })
    expect(stopped.stdout).toContain(`resume ${id}`)
    expect(['cancelled', 'interrupted']).toContain(readStatus(directoryOf(id)).state)
  })

  it('twice ends the worker at once', async () => {
    const known = runEntries(dataDir)
    const command = startCommand([...search, '--set', 'search.epochs=200'])
    await command.said('Search epoch 1')
    command.child.kill('SIGINT')
    await command.said('Stopping at the last checkpoint')
    command.child.kill('SIGINT')
    const { code } = await command.ended
    const id = newRunSince(known)
    expect(code).toBe(130)
    expect(['cancelled', 'interrupted']).toContain(readStatus(directoryOf(id)).state)
  })
})

describe('resume', () => {
  it('leaves a run alone that another process works on', async () => {
    const known = runEntries(dataDir)
    const command = startCommand([...search, '--set', 'search.epochs=200'])
    await command.said('Search epoch 1')
    const id = newRunSince(known)
    const { code, stderr } = await resume(id)
    expect(stderr).toContain(problemTexts['run-not-resumable'].message)
    expect(stderr).toMatch(/process \d+ is working on it/)
    expect(code).toBe(2)
    expect(readStatus(directoryOf(id)).state).toBe('running')
    command.child.kill('SIGINT')
    expect((await command.ended).code).toBe(130)
  })

  it.each([
    ['events', 'no event\n{}\n', 'run-damaged'],
    ['config', '{"dataset":{}}', 'bad-configuration'],
    ['status', '{', 'run-damaged'],
  ] as const)(
    'refuses a run whose %s are damaged, and list still shows the others',
    async (part, text, code) => {
      const folder = join(root, `damaged ${part}`)
      const runs = join(folder, 'runs')
      mkdirSync(runs, { recursive: true })
      const whole = createRun(runs, smallConfig(table), 1_000).id
      const { id, directory } = createRun(runs, smallConfig(table), 2_000)
      writeFileSync(runPaths(directory)[part], text)
      const resumed = await runCommand(['resume', id, '--data-dir', folder])
      expect(resumed.stderr).toContain(problemTexts[code].message)
      expect(resumed.stderr).toContain(runPaths(directory)[part])
      expect(resumed.code).toBe(2)

      const listed = await runCommand(['list', '--data-dir', folder])
      expect(listed.code).toBe(0)
      expect(listed.stdout).toMatch(new RegExp(`^${whole} +queued`, 'm'))
      expect(listed.stdout).toContain(id)
    },
  )

  it('goes on with a run whose worker died', async () => {
    const known = runEntries(dataDir)
    const command = startCommand(search)
    await command.said('Search epoch 1')
    process.kill(-command.child.pid!, 'SIGKILL')
    await command.ended
    const id = newRunSince(known)
    const resumed = await runCommand(['resume', id.slice(0, -1), '--json', '--data-dir', dataDir])
    expect(resumed.code).toBe(0)
    expect(JSON.parse(resumed.stdout)).toMatchObject({ id, state: 'done', score: { repetitions: 2 } })
    expect(resumed.stderr).toContain('Going on from the last checkpoint.')
    expect(readEvents(directoryOf(id)).some(({ type }) => type === 'resumed')).toBe(true)
  })
})
