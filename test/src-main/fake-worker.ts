import { rmSync } from 'node:fs'
import type { WorkerCommand, WorkerMessage } from '#contract/messages.ts'
import { Problem } from '#contract/problem.ts'
import type { EventBody } from '#contract/run/events.ts'
import type { StoppedState } from '#contract/run/status.ts'
import { readConfig, readEvents } from '#worker/run-directory/read.ts'
import { RunWriter, writeStatus } from '#worker/run-directory/write.ts'

/**
 * A worker program for tests. The run's name says how it behaves: `quick` ends soon, `waits` ends when it is cancelled,
 * `deaf` never does, `dies` ends in the middle, `dies once` goes on when it is resumed, `busy` logs without pause,
 * `is killed` gets SIGKILL from outside, `has no room` fails and cannot write so into its status, `dies early` ends before it begins, `comes late` finds that another process (the one that started it) already holds the run.
 */
let writer: RunWriter | undefined
let ending = false
let kept = false
let waiting: NodeJS.Timeout | undefined

const say = (message: WorkerMessage) => process.connected && process.send!(message, () => undefined)
const log = (body: EventBody) => say({ type: 'event', event: writer!.append(body) })
const progress = (done: number) => log({ type: 'progress', phase: 'search', done, doing: 'trying' })

function end(state: 'done' | StoppedState): void {
  ending = true
  clearInterval(waiting)
  progress(1)
  writer!.setStatus(state)
  writer!.close()
  say({ type: 'ended' })
  leave()
}

function leave(): void {
  if (process.connected) process.disconnect()
}

/** What is told first counts, also before there is a run. */
function stop(state: StoppedState): void {
  if (ending) return
  if (!writer) leave()
  else if (readConfig(writer.directory).name !== 'deaf') end(state)
}

const behaviours: Record<string, (resumed: boolean) => void> = {
  quick: () => end('done'),
  waits: () => (waiting = setInterval(() => undefined, 1000)),
  deaf: () => (waiting = setInterval(() => undefined, 1000)),
  dies: () => process.exit(3),
  'dies once': (resumed) => (resumed ? end('done') : process.exit(3)),
  'is killed': () => process.kill(process.pid, 'SIGKILL'),
  'has no room': () => {
    const problem = new Problem('data-folder-unwritable', 'events.ndjson', 'ENOSPC').report()
    process.send!({ type: 'problem', problem } satisfies WorkerMessage, () => process.exit(1))
  },
  'comes late': () => {
    writeStatus(writer!.directory, 'running', { holder: process.ppid })
    process.exit(1)
  },
  'removes itself': () => {
    rmSync(writer!.directory, { recursive: true })
    process.exit(0)
  },
  busy: () => {
    for (let i = 0; i < 300; i++) setTimeout(() => progress(i / 300), 3 * i)
    setTimeout(() => end('done'), 1000)
  },
}

process.on('SIGTERM', () => stop('interrupted'))
process.on('disconnect', () => kept || stop('interrupted'))

process.on('message', (command: WorkerCommand) => {
  if (command.type === 'do') {
    say({ type: 'problem', problem: new Problem('device-unavailable', 'here', 'it has no driver').report() })
    leave()
  } else if (command.type === 'run') {
    if (readConfig(command.directory).name === 'dies early') process.exit(4)
    writer = RunWriter.open(command.directory)
    const resumed = readEvents(command.directory).length > 0
    writer.setStatus('running')
    if (resumed) say({ type: 'event', event: writer.resume().event })
    progress(0.5)
    behaviours[readConfig(command.directory).name](resumed)
  } else if (command.type === 'keep') kept = true
  else stop(command.type === 'pause' ? 'paused' : 'cancelled')
})
