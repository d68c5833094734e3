import type { Push } from '#contract/calls.ts'
import type { Estimates as EstimatesAnswer } from '#contract/calls/searches.ts'
import type { RunConfig } from '#contract/config.ts'
import { costKey, type Estimate } from '#contract/estimate.ts'
import { reportOf, type ProblemReport } from '#contract/problem.ts'
import { readConfig } from '#worker/run-directory/read.ts'
import { join } from 'node:path'
import type { DeviceList } from '../devices/device-list.ts'
import { callWorker } from '../workers/call-worker.ts'
import type { SpawnWorker } from '../workers/spawn-worker.ts'
import { unlessAborted } from '../workers/unless-aborted.ts'
import { lastOutcomes, storeEstimate } from './stored-estimates.ts'

export interface EstimatesOptions {
  dataDir: string
  runsDir: string
  spawnWorker: SpawnWorker
  devices: Pick<DeviceList, 'for'>
  push: (push: Push) => void
  report: (problem: ProblemReport) => void
}

/** Estimates are remembered for so many configurations. */
const mostKnown = 500

/**
 * Measures what searches will take, one request after the other, so that none slows down another; and lays each estimate
 * beside the run that was started with its configuration, for the comparison afterwards.
 */
export class Estimates {
  readonly #options: EstimatesOptions
  readonly #known = new Map<string, Estimate>()
  readonly #seen = new Set<string>()
  readonly #asked = new Map<string, AbortController>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: EstimatesOptions) {
    this.#options = options
  }

  /** Null when it was stopped. @throws Problem what measuring met: data that cannot be read, a network that cannot be built */
  async estimate(ticket: string, configs: readonly RunConfig[]): Promise<EstimatesAnswer | null> {
    this.stop(ticket)
    const stop = new AbortController()
    this.#asked.set(ticket, stop)
    const measuring = this.#last.then(() => this.#measure(ticket, configs, stop.signal))
    this.#last = measuring.catch(() => undefined)
    try {
      const estimates = await measuring
      estimates.forEach((estimate, i) => this.#remember(costKey(configs[i]), estimate))
      return { estimates, outcomes: lastOutcomes(this.#options.runsDir, estimates[0].machine) }
    } catch (error) {
      if (stop.signal.aborted) return null
      throw error
    } finally {
      if (this.#asked.get(ticket) === stop) this.#asked.delete(ticket)
    }
  }

  stop(ticket: string): void {
    this.#asked.get(ticket)?.abort()
  }

  /** Ends what is being measured. */
  async close(): Promise<void> {
    for (const ticket of this.#asked.keys()) this.stop(ticket)
    await this.#last
  }

  /** Told of every push: a run that appears gets the estimate that was made for its configuration. */
  notice(told: Push): void {
    if (told.topic !== 'run.changed' || this.#known.size === 0) return
    const { id, state } = told.summary
    if (this.#seen.has(id)) return
    this.#seen.add(id)
    if (state !== 'queued' && state !== 'running') return
    try {
      const directory = join(this.#options.runsDir, id)
      const estimate = this.#known.get(costKey(readConfig(directory)))
      if (estimate) storeEstimate(directory, estimate)
    } catch (error) {
      this.#options.report(reportOf(error))
    }
  }

  async #measure(ticket: string, configs: readonly RunConfig[], signal: AbortSignal): Promise<Estimate[]> {
    signal.throwIfAborted()
    const { spawnWorker, dataDir, devices, push } = this.#options
    const wanted = [...new Set(configs.map(({ device }) => device))]
    const needed = await unlessAborted(signal, Promise.all(wanted.map((device) => devices.for(device))))
    const found = needed.find((list) => list.length > 0) ?? []
    return await callWorker(
      {
        spawnWorker,
        dataDir,
        signal,
        onProgress: (progress) => push({ topic: 'estimate.progress', ticket, progress }),
      },
      'estimate',
      [...configs],
      found,
    )
  }

  #remember(key: string, estimate: Estimate): void {
    this.#known.delete(key)
    this.#known.set(key, estimate)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostKnown) this.#known.delete(oldest)
  }
}
