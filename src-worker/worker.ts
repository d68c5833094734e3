import { workerCommand, type VerbProgress, type WorkerMessage } from '#contract/messages.ts'
import { Problem, reportOf } from '#contract/problem.ts'
import type { DeviceStatus } from '#contract/device.ts'
import type { StoppedState } from '#contract/run/status.ts'
import { Stopped } from './stopped.ts'
import { doVerb } from './verbs/index.ts'

/** Who told it, where the program that started it passes on a word. */
const personal = 'the window or the command line that had started it'

/** The two ways in which a parent process speaks to its worker: Node's fork and Electron's utility process. */
interface Port {
  send(message: WorkerMessage): void
  listen(receive: (value: unknown) => void): void
  /** Ends the channel, so that the process can end. */
  close(): void
}

/**
 * A worker: executes the one run that it is told to and reports every event, or does one verb and answers it. It stops at
 * the last checkpoint when it is told to, when it gets SIGTERM, or when its parent is gone and has not told it to go on;
 * what counts is the first word. Ctrl+C reaches the whole process group, so SIGINT is left to the parent. The exit code is
 * 0 when the work is done or was stopped, else 1; a run's problem is in its log.
 */
export function main(): void {
  const port = openPort()
  const stop = new AbortController()
  let working = false
  let kept = false
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => stopAs('interrupted', 'the signal SIGTERM'))
  process.on('disconnect', () => kept || stopAs('interrupted', 'the end of the program that had started it'))
  port.listen((value) => {
    const command = workerCommand.parse(value)
    if (command.type === 'cancel') stopAs('cancelled', personal)
    else if (command.type === 'pause') stopAs('paused', personal)
    else if (command.type === 'keep') outliveParent()
    else if (command.type === 'run') void work(() => execute(command))
    else void work(() => answer(command.verb, command.args, command.dataDir))
  })

  function stopAs(state: StoppedState, by: string): void {
    stop.abort(new Stopped(state, by))
    if (!working) port.close()
  }

  /** The terminal and the standard error of the parent may go with it. */
  function outliveParent(): void {
    kept = true
    process.on('SIGHUP', () => {})
    process.stderr.on('error', () => {})
  }

  async function work(action: () => Promise<void>): Promise<void> {
    working = true
    try {
      await action()
    } catch (error) {
      process.exitCode = 1
      if (!(error instanceof Problem)) console.error(error)
    }
    port.send({ type: 'ended' })
    port.close()
  }

  async function execute(run: {
    directory: string
    dataDir: string
    devices: DeviceStatus[]
  }): Promise<void> {
    const { executeRun } = await import('./run/run.ts')
    try {
      await executeRun({ ...run, signal: stop.signal, send: (event) => port.send({ type: 'event', event }) })
    } catch (error) {
      // the run's status says it as well, unless there is no room for it
      port.send({ type: 'problem', problem: reportOf(error) })
      throw error
    }
  }

  async function answer(verb: string, args: unknown, dataDir: string): Promise<void> {
    const report = (progress: VerbProgress) => port.send({ type: 'progress', progress })
    try {
      const result = await doVerb({ signal: stop.signal, dataDir, report }, verb, args)
      port.send({ type: 'result', result })
    } catch (error) {
      if (stop.signal.aborted) return
      port.send({ type: 'problem', problem: reportOf(error) })
      throw error
    }
  }
}

/** Electron's `process.parentPort`, where the process is a utility process. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

function openPort(): Port {
  const parentPort = (process as { parentPort?: ParentPort }).parentPort
  if (parentPort)
    return {
      send: (message) => parentPort.postMessage(message),
      listen: (receive) => parentPort.on('message', ({ data }) => receive(data)),
      close: () => process.exit(),
    }
  return {
    send: (message) => {
      // A parent that has just gone hears nothing; without the callback that would end this process.
      if (process.connected) process.send?.(message, () => undefined)
    },
    listen: (receive) => process.on('message', receive),
    close: () => {
      if (process.connected) process.disconnect()
    },
  }
}
