import { join } from 'node:path'
import type { UtilityProcess } from 'electron'
import { workerMessageFrom } from '#contract/messages.ts'
import { packageRoot } from '../package-root.ts'
import { signalProcess } from './adopt-worker.ts'
import type { SpawnWorker, WorkerExit } from './spawn-worker.ts'

/** Electron runs no TypeScript, so its workers run the bundle that the build makes beside the main process. */
const bundledProgram = join(packageRoot, 'out', 'main', 'shapwright-worker.js')

/** Electron's `utilityProcess.fork`, as far as workers need it. */
type Fork = (
  program: string,
  args: string[],
  options: { stdio: ['ignore', 'ignore', 'inherit' | 'pipe'] },
) => UtilityProcess

/** Workers as Electron's utility processes. */
export function utilityWorkers(utilityFork: Fork): SpawnWorker {
  return ({ onComplaint } = {}) => {
    const stderr = onComplaint ? 'pipe' : 'inherit'
    const child = utilityFork(bundledProgram, [], { stdio: ['ignore', 'ignore', stderr] })
    if (onComplaint) child.stderr?.on('data', (chunk: Buffer) => onComplaint(chunk.toString()))
    const post = child.postMessage.bind(child)
    const ended = new Promise<WorkerExit>((resolve) => child.once('exit', (code) => resolve({ code })))
    return {
      get pid() {
        return child.pid ?? -1
      },
      send: post,
      onMessage: (listener) =>
        void child.on('message', (message: unknown) => listener(workerMessageFrom(message))),
      onExit: (listener) => void ended.then(listener),
      kill: (signal) => {
        if (signal === 'SIGTERM') child.kill()
        else if (child.pid !== undefined) signalProcess(child.pid, signal)
      },
    }
  }
}
