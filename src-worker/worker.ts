import { workerCommand, type WorkerMessage } from '#contract/messages.ts'
import { Problem } from '#contract/problem.ts'
import { executeRun } from './run/run.ts'

/** The two ways in which a parent process speaks to its worker: Node's fork and Electron's utility process. */
interface Port {
  send(message: WorkerMessage): void
  listen(receive: (value: unknown) => void): void
  /** Ends the channel, so that the process can end. */
  close(): void
}

/**
 * A worker: executes the one run that it is told to, reports every event, and stops at the last checkpoint when it is
 * told to, when it gets SIGTERM, or when its parent is gone. Ctrl+C reaches the whole process group, so SIGINT is left to
 * the parent. The exit code is 0 when the run is done or was stopped, else 1; the problem is in the run's log.
 */
export function main(): void {
  const port = openPort()
  const stop = new AbortController()
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => stop.abort())
  process.on('disconnect', () => stop.abort())
  port.listen((value) => {
    const command = workerCommand.parse(value)
    if (command.type === 'cancel') stop.abort()
    else void execute(command.directory, command.dataDir)
  })

  async function execute(directory: string, dataDir: string): Promise<void> {
    try {
      await executeRun({
        directory,
        dataDir,
        signal: stop.signal,
        send: (event) => port.send({ type: 'event', event }),
      })
    } catch (error) {
      process.exitCode = 1
      if (!(error instanceof Problem)) console.error(error)
    }
    port.send({ type: 'ended' })
    port.close()
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
      if (process.connected) process.send?.(message)
    },
    listen: (receive) => process.on('message', receive),
    close: () => {
      if (process.connected) process.disconnect()
    },
  }
}
