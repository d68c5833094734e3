import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, vi } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { RunEvent } from '#contract/run/events.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import type { EndOfRuns } from '#main/runs/scheduler.ts'
import type { SpawnWorker } from '#main/workers/spawn-worker.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig } from '../sample-runs.ts'
import { allRuns } from '../../fixtures/all-runs.ts'

export const fakeWorker = fileURLToPath(new URL('../fake-worker.ts', import.meta.url))
const opened: Workbench[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const workbench of opened.splice(0)) await workbench.close()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

export interface Opened {
  workbench: Workbench
  pushes: { at: number; push: Push }[]
  problems: ProblemReport[]
  dataDir: string
  runsDir: string
}

export async function open(
  dataDir = temporaryFolder(),
  spawnWorker: SpawnWorker = forkWorkers(fakeWorker),
): Promise<Opened> {
  const pushes: Opened['pushes'] = []
  const problems: ProblemReport[] = []
  const workbench = await createWorkbench({
    dataDir,
    spawnWorker,
    report: (problem) => problems.push(problem),
    stopDelays: { cancelMs: 400, terminateMs: 200 },
    scanMs: 50,
  })
  opened.push(workbench)
  workbench.subscribe((push) => pushes.push({ at: performance.now(), push }))
  return { workbench, pushes, problems, dataDir, runsDir: join(dataDir, 'runs') }
}

/** The worker of a terminal, not of the workbench; gone after the test. */
export function forkWorker(): ChildProcess {
  const child = fork(fakeWorker)
  children.push(child)
  return child
}

export async function close({ workbench }: Opened, running: EndOfRuns = 'pause'): Promise<void> {
  opened.splice(opened.indexOf(workbench), 1)
  await workbench.close({ running })
}

export const start = ({ workbench }: Opened, name: string) =>
  workbench.handlers['runs.start'](sampleConfig({ name }))

export async function summaryOf({ workbench }: Opened, id: string): Promise<RunSummary | undefined> {
  return (await workbench.handlers['runs.query'](allRuns)).rows.find((summary) => summary.id === id)
}

export const eventually = (claim: () => void | Promise<void>) =>
  vi.waitFor(claim, { timeout: 20_000, interval: 20 })

export const reaches = (bench: Opened, id: string, state: RunSummary['state']) =>
  eventually(async () => expect((await summaryOf(bench, id))?.state).toBe(state))

export const pushedEvents = ({ pushes }: Opened, id: string): RunEvent[] =>
  pushes.flatMap(({ push }) => (push.topic === 'run.events' && push.id === id ? push.events : []))

export const pushedStates = ({ pushes }: Opened, id: string): string[] =>
  pushes.flatMap(({ push }) =>
    push.topic === 'run.changed' && push.summary.id === id ? [push.summary.state] : [],
  )
