import type { CommandWords, Word } from '../describe-words.ts'
import { programWords, quote } from '../program-words.ts'

/** Completion for bash 3.2 and newer. */
export function bashScript(commands: readonly CommandWords[]): string {
  const [root, ...others] = commands
  const names = root.subcommands.map(({ name }) => name)
  return `# Completion of shapwright for bash, written by: shapwright completion bash
type shapwright >/dev/null 2>&1 || shapwright() { ${programWords.map(quote).join(' ')} "$@"; }

_shapwright_ids() {
  local i folder=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == --data-dir ]] && folder=(--data-dir "\${COMP_WORDS[i + 1]}")
  done
  ${programWords.map(quote).join(' ')} complete-ids "$1" "\${folder[@]}" 2>/dev/null
}

_shapwright_values() {
  case $1 in
    file) COMPREPLY+=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null ;;
    folder) COMPREPLY+=($(compgen -d -- "$cur")); compopt -o filenames 2>/dev/null ;;
    run | trashed) COMPREPLY+=($(compgen -W "$(_shapwright_ids "$1")" -- "$cur")) ;;
    shell) COMPREPLY+=($(compgen -W 'bash zsh fish' -- "$cur")) ;;
  esac
}

_shapwright() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} path='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$path $word" in
${others.map(({ path }) => `      ${quote([...path.slice(0, -1).map((name) => ` ${name}`), ` ${path.at(-1)}`].join(''))}) path="$path $word" ;;`).join('\n')}
    esac
  done
  case "$path $previous" in
${others.flatMap(valueCases).join('\n')}
  esac
  case "$path" in
    '') COMPREPLY=($(compgen -W '${names.join(' ')} --help' -- "$cur")) ;;
${others.map(wordCase).join('\n')}
  esac
}
complete -F _shapwright shapwright`
}

const pathOf = ({ path }: CommandWords): string => path.map((name) => ` ${name}`).join('')

/** After an option that takes a value: its values alone. */
function valueCases(command: CommandWords): string[] {
  const byWord = Map.groupBy(
    command.options.filter(({ value }) => value !== null),
    ({ value }) => value as Word,
  )
  return [...byWord].map(([word, options]) => {
    const patterns = options.map(({ flag }) => quote(`${pathOf(command)} ${flag}`)).join(' | ')
    return `    ${patterns}) _shapwright_values ${word}; return ;;`
  })
}

function wordCase(command: CommandWords): string {
  const { subcommands, options, argument } = command
  const names = subcommands.map(({ name }) => name)
  const flags = [...options.map(({ flag }) => flag), '--help']
  const offer = (words: readonly string[]) => `COMPREPLY=($(compgen -W ${quote(words.join(' '))} -- "$cur"))`
  const values = argument === null || argument === 'other' ? null : `_shapwright_values ${argument}`
  if (values === null) return `    ${quote(pathOf(command))}) ${offer([...names, ...flags])} ;;`
  const plain = names.length > 0 ? `${offer(names)}; ${values}` : values
  return `    ${quote(pathOf(command))}) if [[ $cur == -* ]]; then ${offer(flags)}; else ${plain}; fi ;;`
}
