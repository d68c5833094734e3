import type { VerbProgress } from '#contract/messages.ts'
import { Problem } from '#contract/problem.ts'
import type { VerbArguments, VerbName, VerbResult } from '#contract/verbs.ts'
import { countMemoryKills, describeExit } from './describe-exit.ts'
import type { SpawnOptions, SpawnWorker, WorkerExit } from './spawn-worker.ts'
import { defaultStopDelays, stopWorker, type StopDelays } from './stop-worker.ts'

export interface WorkerCallOptions extends SpawnOptions {
  spawnWorker: SpawnWorker
  dataDir: string
  /** Aborted, the worker is stopped, and the call rejects with the signal's reason. */
  signal?: AbortSignal
  onProgress?: (progress: VerbProgress) => void
  /** How long it may take to stop. */
  stopDelays?: StopDelays
}

/**
 * Has a verb done in a worker process of its own, and answers its result.
 * @throws Problem what the verb threw, or `worker-died` or `out-of-memory` when the process ended without an answer.
 */
export async function callWorker<V extends VerbName>(
  {
    spawnWorker,
    dataDir,
    signal,
    onProgress,
    onComplaint,
    stopDelays = defaultStopDelays,
  }: WorkerCallOptions,
  verb: V,
  ...args: VerbArguments<V>
): Promise<VerbResult<V>> {
  signal?.throwIfAborted()
  const worker = spawnWorker({ onComplaint })
  const stop = () => void stopWorker(worker, stopDelays)
  signal?.addEventListener('abort', stop, { once: true })
  let answer: { result: unknown } | { failure: Problem } | undefined
  const memoryKills = countMemoryKills()
  const ended = new Promise<WorkerExit>((resolve) => worker.onExit(resolve))
  worker.onMessage((message) => {
    if (message.type === 'progress') onProgress?.(message.progress)
    if (message.type === 'result') answer = { result: message.result }
    if (message.type === 'problem') answer = { failure: Problem.from(message.problem) }
  })
  worker.send({ type: 'do', verb, args, dataDir })
  const exit = await ended
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
  if (answer && 'result' in answer) return answer.result as VerbResult<V>
  if (answer) throw answer.failure
  const { code, detail } = describeExit(exit, memoryKills)
  throw new Problem(code, verb, detail)
}
