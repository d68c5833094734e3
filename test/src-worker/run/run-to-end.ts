import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { runWorker } from '../../fixtures/run-worker.ts'

/** The directory of a new run that a worker has executed; throws the problem that stopped it before its end. */
export async function runToEnd(dataDir: string, config: RunConfig): Promise<string> {
  const runs = join(dataDir, 'runs')
  mkdirSync(runs, { recursive: true })
  const { directory } = createRun(runs, config)
  await runWorker({ directory, dataDir })
  const { state, problem } = readStatus(directory)
  if (state === 'done') return directory
  throw problem ? Problem.from(problem) : new Error(`the run is ${state}`)
}
