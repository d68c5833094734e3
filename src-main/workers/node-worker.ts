import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { WorkerMessage } from '#contract/messages.ts'
import { packageRoot } from '../package-root.ts'
import type { SpawnWorker, WorkerExit } from './spawn-worker.ts'

/** The worker program; it takes WorkerCommands and answers WorkerMessages. */
const workerProgram = join(packageRoot, 'src-worker', 'shapwright-worker.js')

/** Workers as plain Node processes. Their standard error is ours, so that what they say is not lost. */
export function forkWorkers(program: string = workerProgram): SpawnWorker {
  return () => {
    const child = fork(program, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const ended = new Promise<WorkerExit>((resolve) => {
      child.once('exit', (code) => resolve({ code }))
      child.once('error', () => resolve({ code: null }))
    })
    return {
      pid: child.pid ?? -1,
      // A process that has just died cannot be told anything; its end is reported through onExit.
      send: (command) => void (child.connected && child.send(command, () => undefined)),
      onMessage: (listener) => void child.on('message', (message) => listener(message as WorkerMessage)),
      onExit: (listener) => void ended.then(listener),
      kill: (signal) => void child.kill(signal),
    }
  }
}
