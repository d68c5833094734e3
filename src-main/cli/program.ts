import { resolve } from 'node:path'
import { Command } from 'commander'
import { Problem } from '#contract/problem.ts'
import { defaultDataDir } from '../data-dir.ts'
import type { CommandDefinition, CommandShape } from './command.ts'

/** How a command is called before there is a shorter way (`completion`); -s keeps npm's own lines out of answers. */
const call = 'npm run -s shapwright --'

/** The program over a table of commands: arguments, options and help. */
export function createProgram(commands: readonly CommandDefinition[]): Command {
  const program = new Command('shapwright')
    .description('Searches how to fuse the features of several modalities, and explains the choice.')
    .exitOverride()
    .showHelpAfterError()
    .enablePositionalOptions()
    .helpCommand(false)
    .addHelpText(
      'after',
      `\nhelp <command> tells more of a command, with examples: ${call} help compare` +
        '\nThe exit code is 0 when all went well, 2 for a problem that you can mend, 130 after Ctrl+C, 1 for a defect.',
    )
  for (const definition of commands) addCommand(program, definition).helpGroup(`${definition.group}:`)
  addHelp(program)
  return program
}

function addCommand(parent: Command, shape: CommandShape): Command {
  const { name, summary, about, examples, answers, subcommands = [] } = shape
  const command = parent
    .command(name)
    .summary(summary)
    .description([`${summary.replace(/^./, (first) => first.toUpperCase())}.`, ...about].join('\n\n'))
    .exitOverride()
    .helpCommand(false)
  shape.define(command)
  if (answers !== null)
    command
      .option('--data-dir <folder>', 'where runs and caches are kept', namedFolder, resolve(defaultDataDir()))
      .option('--json', `one JSON document instead of text: ${answers}`)
  command.addHelpText('after', describeExamples(examples))
  for (const subcommand of subcommands) addCommand(command, subcommand)
  if (subcommands.length > 0) refuseOptionsBefore(command.enablePositionalOptions())
  return command
}

/** An option before the name of a subcommand would be lost. */
function refuseOptionsBefore(command: Command): void {
  command.hook('preSubcommand', (parent, subcommand) => {
    const early = parent.options.find(
      (option) => parent.getOptionValueSource(option.attributeName()) === 'cli',
    )
    if (early)
      throw new Problem('bad-arguments', early.long!, `write it behind ${parent.name()} ${subcommand.name()}`)
  })
}

/** An empty name would be the current folder: a shell's unset variable, hardly a wish. */
function namedFolder(folder: string): string {
  if (folder.trim() === '') throw new Problem('bad-arguments', '--data-dir', 'it names no folder')
  return resolve(folder)
}

const describeExamples = (examples: CommandShape['examples']): string =>
  ['', 'Examples:', ...examples.flatMap(({ line, does }) => [`  ${call} ${line}`, `      ${does}`])].join(
    '\n',
  )

/** `help study show` is `study show --help`; a name that is unknown is answered like any unknown command. */
function addHelp(program: Command): void {
  program
    .command('help')
    .helpGroup('Care:')
    .argument('[command...]', 'a command, or a command and its subcommand')
    .summary('what a command does, its options, and examples')
    .description('What a command does, its options, and examples.')
    .exitOverride()
    .action(async (names: string[]) => {
      let found = program
      for (const name of names) {
        const next = found.commands.find((command) => command.name() === name)
        if (!next) return void (await program.parseAsync(names, { from: 'user' }))
        found = next
      }
      found.help()
    })
}
