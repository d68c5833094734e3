import type { ProblemReport } from '#contract/problem.ts'

/** What went wrong and what to do, on standard error. */
export function printProblem({ message, where, detail, hint }: ProblemReport): void {
  console.error(`${message}: ${where}: ${detail}`)
  console.error(hint)
}
