import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { EventOf, RunEvent } from '#contract/run/events.ts'
import { formatDuration } from '#contract/format.ts'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { applyEvent, foldEvents, remaining, type RunState } from '#contract/run/state.ts'
import { livenessOf, readConfig, readEvents } from '#worker/run-directory/read.ts'
import { DeviceList } from '../devices/device-list.ts'
import { settleRun } from '../runs/settle-run.ts'
import { countMemoryKills, describeExit } from '../workers/describe-exit.ts'
import { forkWorkers } from '../workers/node-worker.ts'
import type { WorkerExit } from '../workers/spawn-worker.ts'
import { describeBackbone, describeDataset, describeSearchEpoch } from './report.ts'
import { ProgressLine } from './progress-line.ts'

export type Outcome = 'done' | 'cancelled'

/**
 * Starts a worker on a run, prints what happens, and waits for its end. Ctrl+C stops the run at its last checkpoint; a
 * second Ctrl+C ends the worker at once, and the run then counts as stopped as well.
 * @returns the folded state and whether the run is done or was stopped.
 * @throws Problem the one that the run failed with, `worker-died`, `worker-not-started` or `run-busy`.
 */
export async function watchRun(
  directory: string,
  dataDir: string,
  print: (line: string) => void,
): Promise<{ state: RunState; outcome: Outcome }> {
  let state = foldEvents(readEvents(directory))
  const { device } = readConfig(directory)
  let stopping = false
  const spawnWorker = forkWorkers()
  const worker = spawnWorker()
  const memoryKills = countMemoryKills()
  const exit = new Promise<WorkerExit>((resolve) => worker.onExit(resolve))
  let failure: ProblemReport | undefined
  const line = new ProgressLine(process.stderr)
  const release = onStopSignal((times) => {
    if (times > 1) return worker.kill('SIGKILL')
    stopping = true
    line.say('Stopping at the last checkpoint …')
    worker.send({ type: 'cancel' })
  })
  print(`Run ${basename(directory)}`)
  worker.onMessage((message) => {
    if (message.type === 'problem') failure = message.problem
    if (message.type !== 'event') return
    state = applyEvent(state, message.event)
    const lines = describeEvent(message.event)
    if (lines.length > 0) line.clear()
    lines.forEach(print)
    showProgress(line, state)
  })
  const devices = await new DeviceList({ spawnWorker, dataDir }).for(device)
  if (!stopping) worker.send({ type: 'run', directory, dataDir, devices })
  const known = describeExit(await exit, memoryKills)
  release()
  line.clear()
  const wanted = stopping ? 'cancelled' : undefined
  const status = settleRun(directory, basename(directory), { wanted, failure, ...known })
  if (status.state === 'done') return { state, outcome: 'done' }
  if (status.problem) throw Problem.from(status.problem)
  if (status.process && livenessOf(status.process) === 'alive')
    throw new Problem('run-busy', directory, `process ${status.process.pid} is working on it`)
  return { state, outcome: 'cancelled' }
}

/** Whether the data and settings of a run were found to fit; one that cannot be read is taken for begun. */
export function hasBegun(directory: string): boolean {
  try {
    return readEvents(directory).some(({ type }) => type === 'plan')
  } catch (error) {
    if (error instanceof Problem) return true
    throw error
  }
}

/** Removes a run that has not begun: there is nothing in it to keep. */
export function discardUnbegun(directory: string): void {
  if (!hasBegun(directory)) rmSync(directory, { recursive: true, force: true })
}

function describeEvent(event: RunEvent): string[] {
  switch (event.type) {
    case 'started':
      return describeStart(event)
    case 'dataset':
      return describeDataset(event)
    case 'backbone':
      return [describeBackbone(event)]
    case 'search-epoch':
      return [describeSearchEpoch(event)]
    case 'short-of-memory':
      return [
        `The memory is short: coalitions are valued for ${event.samples} samples at a time from here on.`,
      ]
    case 'resumed':
      return ['Going on from the last checkpoint.']
    default:
      return []
  }
}

function describeStart({ device, refused }: EventOf<'started'>): string[] {
  const others = refused.map((other) => other.device).join(' and ')
  return [`Device ${device}${others && ` (why not ${others}: \`shapwright devices\`)`}.`]
}

function showProgress(line: ProgressLine, state: RunState): void {
  const now = remaining(state)
  if (!now) return
  const rest = now.remainingMs === null ? '' : `, about ${formatDuration(now.remainingMs)} to go`
  line.show(`${Math.round(100 * now.done)} %${rest} · ${now.phase}: ${now.doing}`)
}

/** Tells of every Ctrl+C and SIGTERM, and how many there were, instead of ending. Returns what undoes this. */
export function onStopSignal(listener: (times: number) => void): () => void {
  let times = 0
  const tell = () => listener(++times)
  process.on('SIGINT', tell)
  process.on('SIGTERM', tell)
  return () => {
    process.off('SIGINT', tell)
    process.off('SIGTERM', tell)
  }
}
