import { CommanderError } from 'commander'
import { reportOf } from '#contract/problem.ts'
import { commands } from './cli/commands/index.ts'
import { createProgram } from './cli/program.ts'
import { printProblem } from './print-problem.ts'

/** The command line; sets the exit code: 0 well, 2 a problem that the user can mend, 1 a defect, 130 stopped by Ctrl+C. */
export async function main(args: string[]): Promise<void> {
  try {
    await createProgram(commands).parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    const report = reportOf(error)
    printProblem(report)
    process.exitCode = report.code === 'internal' ? 1 : 2
  }
}
