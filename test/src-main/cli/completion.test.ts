import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '#main/cli/commands/index.ts'
import { describeWords } from '#main/cli/completion/describe-words.ts'
import { createProgram } from '#main/cli/program.ts'
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

const all = describeWords(createProgram(commands)).filter(({ path }) => path.length > 0)
const scriptOf = async (shell: string) => {
  const { code, stdout } = await runHere('completion', shell)
  expect(code).toBe(0)
  return stdout
}

describe.each(['bash', 'zsh'])('the script for %s', (shell) => {
  it('is whole, and offers every subcommand and option at its place', async () => {
    const script = join(temporaryFolder(), 'completion')
    writeFileSync(script, await scriptOf(shell))
    // what zsh needs beside bash's own words is read by bash as well
    execFileSync('bash', ['-n', script])
    const lines = readFileSync(script, 'utf8').split('\n')
    for (const { path, subcommands, options } of all) {
      const place = `' ${path.join(' ')}')`
      const offer = lines.findLast((line) => line.trimStart().startsWith(place) && line.includes('compgen'))
      const words = [...subcommands.map(({ name }) => name), ...options.map(({ flag }) => flag), '--help']
      expect([place, words.filter((word) => !new RegExp(`[' ]${word}[' ]`).test(offer ?? ''))]).toEqual([
        place,
        [],
      ])
    }
  })
})

describe('the script for zsh', () => {
  it('is bash code for its bashcompinit, with a description of each command', async () => {
    const script = await scriptOf('zsh')
    expect(script).toContain('autoload -Uz bashcompinit && bashcompinit')
    expect(script.trimEnd().split('\n').at(-1)).toBe('compdef _shapwright_zsh shapwright')
    for (const { name, summary } of commands)
      expect(script).toContain(`'${name}:${summary.replaceAll("'", "'\\''")}'`)
  })
})

describe('the script for fish', () => {
  /** A line's words, quotes taken away; undefined where a quote is left open. */
  function wordsOf(line: string): string[] | undefined {
    const word = String.raw`(?:[^\s'"\\]|'(?:[^'\\]|\\.)*'|"[^"]*"|\\.)+`
    if (!new RegExp(`^\\s*(?:${word}\\s*)*$`).test(line)) return undefined
    return [...line.matchAll(new RegExp(word, 'g'))].map(([found]) => found)
  }

  it('closes every quote and every block', async () => {
    let depth = 0
    for (const line of (await scriptOf('fish')).split('\n')) {
      if (line.startsWith('#')) continue
      const words = wordsOf(line)
      expect([line, words]).not.toEqual([line, undefined])
      if (['function', 'if', 'for', 'while', 'switch', 'begin'].includes(words![0])) depth++
      if (words![0] === 'end') depth--
      expect(depth).toBeGreaterThanOrEqual(0)
    }
    expect(depth).toBe(0)
  })

  it('offers every command, subcommand and option at its place', async () => {
    const lines = (await scriptOf('fish')).split('\n')
    const offers = (place: string, word: string) =>
      lines.some(
        (line) =>
          line.startsWith(`complete -c shapwright -n '${place}' ${word} `) ||
          line === `complete -c shapwright -n '${place}' ${word}`,
      )
    for (const { name } of commands)
      expect([name, offers('__fish_use_subcommand', `-a ${name}`)]).toEqual([name, true])
    for (const { path, subcommands, options } of all) {
      const place = `__shapwright_at ${path.join(' ')}`
      for (const { name } of subcommands)
        expect([place, name, offers(place, `-a ${name}`)]).toEqual([place, name, true])
      for (const { flag } of options)
        expect([place, flag, offers(place, `-l ${flag.slice(2)}`)]).toEqual([place, flag, true])
    }
  })
})
