import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudyDetails } from '#contract/calls/studies.ts'
import { writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runCommand, runEntries, startCommand, tinySettings } from './command.ts'
import { runHere } from './run-here.ts'

const root = folderForAll()
const dataDir = join(root, 'data')
const table = writeVectorTable(join(root, 'table'), 60)
const columns = ['--vector', 'left', '--vector', 'right', '--label', 'label']
/** `study` takes its seeds as `--seeds`. */
const settings = tinySettings.filter((word, i) => word !== '--seed' && tinySettings[i - 1] !== '--seed')
const study = (...more: string[]) => [
  'study',
  '--table',
  table,
  ...columns,
  ...settings,
  ...more,
  '--data-dir',
  dataDir,
]

describe('study', () => {
  it('stops at a checkpoint on Ctrl+C, and the same command goes on to the end', async () => {
    const grid = study('--vary', 'search.strategy=darts,random', '--seeds', '1')
    const command = startCommand(grid)
    await command.said('Backbone left')
    command.child.kill('SIGINT')
    const stopped = await command.ended
    expect(stopped.stdout).toContain('To go on, give the same command again.')
    expect(stopped.stdout).toContain('Run 1 of 2: strategy darts, seed 1')
    expect(stopped.stdout).not.toContain('Run 2 of 2')
    expect(stopped.code).toBe(130)

    const ended = await runCommand([...grid, '--json'])
    expect(ended.code).toBe(0)
    expect(ended.stderr).toContain('Going on from the last checkpoint.')
    const details = JSON.parse(ended.stdout) as StudyDetails
    expect(details.runs.map(({ id, state }) => [id, state])).toEqual(
      details.study.runs.map(({ id }) => [id, 'done']),
    )
    expect(runEntries(dataDir)).toHaveLength(2)

    const again = await runHere(...grid)
    expect(again.stdout).toContain(`Study ${details.study.id}: going on`)
    expect(again.stdout).not.toContain('Run 1 of 2')
    const shown = await runHere('study', 'show', details.study.id.slice(0, -2), '--data-dir', dataDir)
    expect(shown.stdout).toMatch(/^ {2}strategy darts +1 of 1 +\d\.\d{3}$/m)
    const listed = await runHere('study', 'list', '--data-dir', dataDir)
    expect(listed.stdout).toMatch(new RegExp(`^${details.study.id} .* 2 of 2$`, 'm'))
  })
})
