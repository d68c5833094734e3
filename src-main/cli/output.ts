import type { CommonOptions } from './command.ts'

/** An answer: standard output. */
export const print = (line: string): void => console.log(line)

/** What is told beside the answer: standard error. */
export const note = (line: string): void => console.error(line)

/** The exit code of a command that was stopped by Ctrl+C. */
export const interrupted = 130

/** Answers a command: one JSON document where that is asked for, else lines for people. */
export function answer(
  value: unknown,
  { json }: Pick<CommonOptions, 'json'>,
  describe: () => readonly string[],
): void {
  if (json) print(JSON.stringify(value, null, 2))
  else describe().forEach(print)
}

/** Something was refused and told, while the rest was done. */
export function failSoftly(): void {
  process.exitCode = 2
}
