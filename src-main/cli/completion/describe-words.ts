import type { Argument, Command, Option } from 'commander'

/** What can be typed in the place of an argument or a value. */
export type Word = 'run' | 'trashed' | 'file' | 'folder' | 'shell' | 'other'

/** What a shell must know of a command to complete its words. */
export interface CommandWords {
  /** `['study', 'show']`; empty for the program itself. */
  path: string[]
  summary: string
  subcommands: { name: string; summary: string }[]
  options: { flag: string; description: string; value: Word | null }[]
  argument: Word | null
}

/** The words of a program and of all its commands, from what they themselves say. */
export function describeWords(command: Command, path: string[] = []): CommandWords[] {
  const own: CommandWords = {
    path,
    summary: command.summary() || command.description(),
    subcommands: command.commands.map((each) => ({ name: each.name(), summary: each.summary() })),
    options: command.options.map((option) => ({
      flag: option.long!,
      description: option.description,
      value: option.required ? wordOf(namesOf(option)) : null,
    })),
    argument: command.registeredArguments.length > 0 ? wordOf(nameOf(command.registeredArguments[0])) : null,
  }
  return [own, ...command.commands.flatMap((each) => describeWords(each, [...path, each.name()]))]
}

const nameOf = (argument: Argument): string => argument.name()
/** `--to <folder>` → `folder` */
const namesOf = ({ flags }: Option): string => /<([^>]+)>/.exec(flags)?.[1] ?? ''

const words: Readonly<Record<string, Word>> = {
  run: 'run',
  trashed: 'trashed',
  folder: 'folder',
  shell: 'shell',
  file: 'file',
  table: 'file',
  config: 'file',
}

const wordOf = (name: string): Word => words[name] ?? 'other'
