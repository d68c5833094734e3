import type { CommandWords, Word } from '../describe-words.ts'
import { programWords } from '../program-words.ts'

/** Completion for fish 3 and newer. */
export function fishScript(commands: readonly CommandWords[]): string {
  const [root, ...others] = commands
  const program = programWords.map(quoteForFish).join(' ')
  return `# Completion of shapwright for fish, written by: shapwright completion fish
if not type -q shapwright
  function shapwright
    ${program} $argv
  end
end

function __shapwright_ids
  set -l words (commandline -opc)
  set -l folder
  if set -l at (contains -i -- --data-dir $words)
    set folder --data-dir $words[(math $at + 1)]
  end
  ${program} complete-ids $argv[1] $folder 2>/dev/null
end

# Whether the words so far are a command (and its subcommand), options aside.
function __shapwright_at
  set -l words (commandline -opc)[2..]
  set -l n (count $argv)
  test (count $words) -ge $n; and test "$words[1..$n]" = "$argv"
end

complete -c shapwright -f
${root.subcommands.map(({ name, summary }) => line('__fish_use_subcommand', `-a ${name}`, summary)).join('\n')}
${others.flatMap(linesOf).join('\n')}`
}

function linesOf({ path, subcommands, options, argument }: CommandWords): string[] {
  const here = `__shapwright_at ${path.join(' ')}`
  return [
    ...subcommands.map(({ name, summary }) => line(here, `-a ${name}`, summary)),
    ...options.map(({ flag, description, value }) => {
      const values = value === null ? '' : ` -x${valuesOf(value)}`
      return line(here, `-l ${flag.slice(2)}${values}`, description)
    }),
    ...(argument === null || argument === 'other' ? [] : [line(here, valuesOf(argument).trim())]),
  ]
}

function valuesOf(word: Word): string {
  switch (word) {
    case 'run':
    case 'trashed':
      return ` -a '(__shapwright_ids ${word})'`
    case 'file':
      return ` -a '(__fish_complete_path (commandline -ct))'`
    case 'folder':
      return ` -a '(__fish_complete_directories (commandline -ct))'`
    case 'shell':
      return ` -a 'bash zsh fish'`
    case 'other':
      return ''
  }
}

function line(condition: string, words: string, description?: string): string {
  const told = description === undefined ? '' : ` -d ${quoteForFish(description)}`
  return `complete -c shapwright -n ${quoteForFish(condition)} ${words}${told}`
}

const quoteForFish = (word: string): string => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
