import type { VerbArguments, VerbName, VerbResult } from '#contract/verbs.ts'
import { callWorker } from '../workers/call-worker.ts'
import { forkWorkers } from '../workers/node-worker.ts'
import { interrupted, note } from './output.ts'
import { ProgressLine } from './progress-line.ts'

interface Doing {
  dataDir: string
  /** What is told when it was stopped: `Nothing was kept.` */
  left: string
}

/**
 * Has a verb done in a worker, with its progress on standard error. Ctrl+C and SIGTERM stop it: the answer is then null,
 * and the exit code says so. A second Ctrl+C does not wait for the worker.
 * @throws Problem what the verb throws
 */
export async function doUntilStopped<V extends VerbName>(
  { dataDir, left }: Doing,
  verb: V,
  ...args: VerbArguments<V>
): Promise<VerbResult<V> | null> {
  const line = new ProgressLine(process.stderr)
  const stop = new AbortController()
  const onStop = () => stop.abort()
  process.once('SIGINT', onStop)
  process.once('SIGTERM', onStop)
  try {
    return await callWorker(
      {
        dataDir,
        spawnWorker: forkWorkers(),
        signal: stop.signal,
        onProgress: ({ done, doing }) => line.show(`${Math.round(100 * done)} % · ${doing}`),
      },
      verb,
      ...args,
    )
  } catch (error) {
    if (!stop.signal.aborted) throw error
    line.clear()
    note(`Stopped. ${left}`)
    process.exitCode = interrupted
    return null
  } finally {
    line.clear()
    process.off('SIGINT', onStop)
    process.off('SIGTERM', onStop)
  }
}
