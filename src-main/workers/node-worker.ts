import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { workerMessageFrom } from '#contract/messages.ts'
import { packageRoot } from '../package-root.ts'
import type { SpawnWorker, WorkerExit } from './spawn-worker.ts'

/** The worker program; it takes WorkerCommands and answers WorkerMessages. */
const workerProgram = join(packageRoot, 'src-worker', 'shapwright-worker.js')

/** Workers as plain Node processes. */
export function forkWorkers(program: string = workerProgram): SpawnWorker {
  return ({ onComplaint } = {}) => {
    const stderr = onComplaint ? 'pipe' : 'inherit'
    const child = fork(program, [], { stdio: ['ignore', 'ignore', stderr, 'ipc'] })
    child.stderr?.setEncoding('utf8').on('data', onComplaint!)
    const ended = new Promise<WorkerExit>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }))
      child.once('error', () => resolve({ code: null }))
    })
    return {
      pid: child.pid ?? -1,
      // A process that has just died cannot be told anything; its end is reported through onExit.
      send: (command) => void (child.connected && child.send(command, () => undefined)),
      onMessage: (listener) => void child.on('message', (message) => listener(workerMessageFrom(message))),
      onExit: (listener) => void ended.then(listener),
      kill: (signal) => void child.kill(signal),
      keep: () => keep(child),
    }
  }
}

/** The word is on its way before the line is cut. */
async function keep(child: ChildProcess): Promise<void> {
  if (!child.connected) return
  await new Promise<void>((resolve) => void child.send({ type: 'keep' }, () => resolve()))
  if (child.connected) child.disconnect()
  child.unref()
}
