import type { Command } from 'commander'
import { Problem } from '#contract/problem.ts'
import { shells } from '../completion/shells/index.ts'
import { describeWords } from '../completion/describe-words.ts'
import type { CommandDefinition } from '../command.ts'
import { print } from '../output.ts'

export const completion: CommandDefinition = {
  name: 'completion',
  group: 'Care',
  summary: 'prints a script that lets a shell complete commands, options, and ids of runs',
  about: [
    'It also makes `shapwright` a command of the shell, where it is none yet. Put the line of your shell into its start-up file to have it always.',
  ],
  examples: [
    { line: 'completion bash > ~/.shapwright.bash', does: 'then: source ~/.shapwright.bash' },
    { line: 'completion zsh > ~/.shapwright.zsh', does: 'then, behind compinit: source ~/.shapwright.zsh' },
    { line: 'completion fish > ~/.config/fish/conf.d/shapwright.fish', does: 'it is read by the next shell' },
  ],
  answers: null,
  define: (command) =>
    command.argument('<shell>', Object.keys(shells).join(', ')).action((shell: string) => {
      const write = Object.entries(shells).find(([name]) => name === shell)?.[1]
      if (!write) throw new Problem('bad-arguments', shell, `it is none of ${Object.keys(shells).join(', ')}`)
      print(write(describeWords(rootOf(command))))
    }),
}

const rootOf = (command: Command): Command => (command.parent ? rootOf(command.parent) : command)
