import type { VerbProgress } from '#contract/messages.ts'
import { Problem } from '#contract/problem.ts'
import type { VerbArguments, VerbName, VerbResult } from '#contract/verbs.ts'
import type { SpawnOptions, SpawnWorker } from './spawn-worker.ts'
import { defaultStopDelays, stopWorker } from './stop-worker.ts'

export interface WorkerCallOptions extends SpawnOptions {
  spawnWorker: SpawnWorker
  dataDir: string
  /** Aborted, the worker is stopped, and the call rejects with the signal's reason. */
  signal?: AbortSignal
  onProgress?: (progress: VerbProgress) => void
}

/**
 * Has a verb done in a worker process of its own, and answers its result.
 * @throws Problem what the verb threw, or `worker-died` when the process ended without an answer.
 */
export async function callWorker<V extends VerbName>(
  { spawnWorker, dataDir, signal, onProgress, onComplaint }: WorkerCallOptions,
  verb: V,
  ...args: VerbArguments<V>
): Promise<VerbResult<V>> {
  signal?.throwIfAborted()
  const worker = spawnWorker({ onComplaint })
  const stop = () => void stopWorker(worker, defaultStopDelays)
  signal?.addEventListener('abort', stop, { once: true })
  let answer: { result: unknown } | { failure: Problem } | undefined
  const ended = new Promise<number | null>((resolve) => worker.onExit(({ code }) => resolve(code)))
  worker.onMessage((message) => {
    if (message.type === 'progress') onProgress?.(message.progress)
    if (message.type === 'result') answer = { result: message.result }
    if (message.type === 'problem') answer = { failure: Problem.from(message.problem) }
  })
  worker.send({ type: 'do', verb, args, dataDir })
  const code = await ended
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
  if (answer && 'result' in answer) return answer.result as VerbResult<V>
  if (answer) throw answer.failure
  const end = code === null ? 'it was ended by a signal' : `it ended with exit code ${code}`
  throw new Problem('worker-died', verb, end)
}
