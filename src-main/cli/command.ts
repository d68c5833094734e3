import type { Command } from 'commander'

/** A line as it is typed behind `npm run shapwright --`, and what it does. */
interface Example {
  line: string
  does: string
}

/** What every command says of itself; help, completion and the test of the guide derive from it. */
export interface CommandShape {
  name: string
  /** One line of the overall help. */
  summary: string
  /** What its own help says beyond that: paragraphs. */
  about: readonly string[]
  examples: readonly [Example, ...Example[]]
  /** The type of the document that `--json` prints; null for a command that looks into no data folder and answers nothing. */
  answers: string | null
  /** Adds arguments, options and what is done; `--data-dir` and `--json` are there already. */
  define(command: Command): void
  subcommands?: readonly CommandShape[]
}

/** A command of the table. */
export interface CommandDefinition extends CommandShape {
  /** The part of the overall help. */
  group: 'Search' | 'Look' | 'Share' | 'Care'
}

/** What every command that looks into the data folder is told. */
export interface CommonOptions {
  /** Absolute. */
  dataDir: string
  json?: boolean
}
