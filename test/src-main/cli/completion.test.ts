import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '#main/cli/commands/index.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { writeWholeRun } from '../sample-runs.ts'
import { runHere } from './run-here.ts'

/** What bash offers when tab is pressed behind these words; the last one is being typed. */
async function complete(...words: string[]): Promise<string[]> {
  const cwd = temporaryFolder()
  const script = join(temporaryFolder(), 'completion.bash')
  writeFileSync(script, (await runHere('completion', 'bash')).stdout)
  execFileSync('bash', ['-n', script])
  const press = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shapwright; printf '%s\\n' "\${COMPREPLY[@]}"`
  const offered = execFileSync('bash', ['-c', press, 'bash', script, 'shapwright', ...words], {
    encoding: 'utf8',
    cwd,
  })
  return offered.split('\n').filter((word) => word !== '')
}

describe('completion in bash', () => {
  it.each([
    [['re'], ['resume', 'restore', 'rebuild-index']],
    [['study', 's'], ['show']],
    [
      ['study', 'show', '--'],
      ['--data-dir', '--json', '--help'],
    ],
    [['compare', '--ref'], ['--reference']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['search', '--label', ''], []],
  ])('of %j offers %j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected)
  })

  it('offers the ids of runs, those of the trash where they are wanted', async () => {
    const dataDir = temporaryFolder()
    for (const folder of ['runs', 'trash']) mkdirSync(join(dataDir, folder))
    const id = writeWholeRun(join(dataDir, 'runs'))
    const trashed = writeWholeRun(join(dataDir, 'trash'))
    expect(await complete('show', '--data-dir', dataDir, '')).toEqual([id])
    expect(await complete('compare', '--data-dir', dataDir, '--reference', id.slice(0, 3))).toEqual([id])
    expect(await complete('restore', '--data-dir', dataDir, '')).toEqual([trashed])
  })

  it('offers files', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'mine.csv'), '')
    expect(await complete('search', '--table', join(folder, 'm'))).toEqual([join(folder, 'mine.csv')])
  })
})

it.each(['bash', 'zsh', 'fish'])('the script for %s knows every command', async (shell) => {
  const { code, stdout } = await runHere('completion', shell)
  expect(code).toBe(0)
  for (const { name } of commands) expect(stdout).toContain(name)
})
