import { reportOf } from '#contract/problem.ts'
import { CannotMeasure } from './benchmark.ts'
import { benchmarks } from './benchmarks/index.ts'

const exitCodes = { met: 0, missed: 1, misused: 2, failed: 3, cannotMeasure: 77 }

/**
 * `npm run bench -- NAME [options]`. The last line is the figure beside its target; the exit code is 0 when it is met,
 * 1 when it is missed, 77 when it cannot be measured here, 2 for a wrong command and 3 for a failure.
 */
export async function main([name, ...args]: string[]): Promise<void> {
  const benchmark = benchmarks.find((candidate) => candidate.name === name)
  if (!benchmark) {
    console.error('npm run bench -- NAME [options], where NAME is')
    for (const { name, usage, about } of benchmarks) console.error(`  ${name} ${usage}\n      ${about}`)
    process.exitCode = exitCodes.misused
    return
  }
  try {
    const { figure, met } = await benchmark.run(args)
    console.log(`${benchmark.name}: ${figure}: ${met ? 'met' : 'missed'}`)
    process.exitCode = met ? exitCodes.met : exitCodes.missed
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    if (error instanceof CannotMeasure)
      console.log(`${benchmark.name}: cannot be measured here: ${error.message}`)
    else if (error instanceof TypeError)
      console.error(`${error.message}\n${benchmark.name} ${benchmark.usage}`)
    else console.error(reportOf(error))
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CannotMeasure) return exitCodes.cannotMeasure
  return error instanceof TypeError ? exitCodes.misused : exitCodes.failed
}
