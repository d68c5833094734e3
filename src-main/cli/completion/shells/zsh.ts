import { quote } from '../program-words.ts'
import type { CommandWords } from '../describe-words.ts'
import { bashScript } from './bash.ts'

/** Completion for zsh, which understands that of bash; commands come with what they do. */
export function zshScript(commands: readonly CommandWords[]): string {
  const [root] = commands
  const described = root.subcommands.map(({ name, summary }) => quote(`${name}:${summary}`))
  return `# Completion of shapwright for zsh, written by: shapwright completion zsh
autoload -Uz bashcompinit && bashcompinit
${bashScript(commands)}

_shapwright_zsh() {
  if ((CURRENT == 2)); then
    local -a commands=(
${described.map((text) => `      ${text}`).join('\n')}
    )
    _describe command commands
  else
    _bash_complete -F _shapwright
  fi
}
compdef _shapwright_zsh shapwright`
}
