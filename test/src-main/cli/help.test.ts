import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import type { CommandShape } from '#main/cli/command.ts'
import { commands } from '#main/cli/commands/index.ts'
import { createProgram } from '#main/cli/program.ts'
import { runHere } from './run-here.ts'

const program = createProgram(commands)

/** Every command and subcommand by the words that call it. */
function allOf(
  shapes: readonly CommandShape[],
  parent: Command,
  path = '',
): [string, CommandShape, Command][] {
  return shapes.flatMap((shape) => {
    const words = `${path}${shape.name}`
    const command = parent.commands.find((each) => each.name() === shape.name)!
    return [[words, shape, command] as const, ...allOf(shape.subcommands ?? [], command, `${words} `)]
  }) as [string, CommandShape, Command][]
}
const all = allOf(commands, program)

describe.each(all)('%s', (words, { examples, summary, answers }, command) => {
  it('says what each of its arguments and options is for', () => {
    const silent = [
      ...command.registeredArguments.filter(({ description }) => !description).map((each) => each.name()),
      ...command.options.filter(({ description }) => !description).map(({ flags }) => flags),
    ]
    expect(silent).toEqual([])
  })

  it('says what it does, and answers with --json wherever it answers anything', () => {
    expect(summary).toMatch(/^[a-z].{10,100}[^.]$/)
    const descriptionOf = (flag: string) => command.options.find(({ long }) => long === flag)?.description
    for (const flag of ['--data-dir', '--json'])
      expect([flag, descriptionOf(flag) === undefined]).toEqual([flag, answers === null])
    expect(descriptionOf('--json') ?? '').toContain(answers ?? '')
  })

  it('has examples that it understands', () => {
    expect(examples.length).toBeGreaterThan(0)
    for (const { line } of examples) {
      const called = all.findLast(([name]) => `${line} `.startsWith(`${name} `))
      const known = called?.[2].options.map(({ long }) => long)
      const flags = line.split(' ').filter((word) => word.startsWith('--'))
      expect(flags.filter((flag) => !known?.includes(flag))).toEqual([])
    }
  })

  it('stands in the guide with an example', () => {
    const guide = fileURLToPath(new URL('../../../docs/guide/command-line.md', import.meta.url))
    const called = new RegExp(`(npm run -s shapwright --|shapwright) ${words}\\b`)
    expect(readFileSync(guide, 'utf8')).toMatch(called)
  })
})

describe('help', () => {
  it('groups all commands', async () => {
    const { code, stdout } = await runHere('help')
    expect(code).toBe(0)
    const headings = ['Search:', 'Look:', 'Share:', 'Care:'].map((heading) => stdout.indexOf(`\n${heading}`))
    expect(headings).toEqual(headings.toSorted((a, b) => a - b))
    expect(headings).not.toContain(-1)
    for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  it.each([
    ['compare', ['help', 'compare']],
    ['compare', ['compare', '--help']],
    ['study show', ['help', 'study', 'show']],
  ])('of %s reads like a manual page', async (name, args) => {
    const { code, stdout } = await runHere(...args)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Usage: shapwright ${name} \\[options\\]`))
    expect(stdout).toMatch(/\nExamples:\n {2}npm run -s shapwright -- \w+/)
    expect(stdout).toContain('--json')
  })

  it.each([[['stduy']], [['help', 'stduy']]])('of %j suggests the nearest command', async (args) => {
    const { code, stdout, stderr } = await runHere(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain("unknown command 'stduy'")
    expect(stderr).toContain('Did you mean study?')
  })

  it('is no place where options of a subcommand get lost', async () => {
    const { code, stderr } = await runHere('study', '--json', 'list')
    expect(code).toBe(2)
    expect(stderr).toContain('--json: write it behind study list')
  })
})
