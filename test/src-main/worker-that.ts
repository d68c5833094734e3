import type { WorkerCommand, WorkerMessage } from '#contract/messages.ts'
import type { SpawnWorker } from '#main/workers/spawn-worker.ts'

export type Doing = Extract<WorkerCommand, { type: 'do' }>

/** Worker processes that do what a test says when they are told to do something, and end when they have answered. */
export function workerThat(
  act: (command: Doing, say: (message: WorkerMessage) => void) => void,
): SpawnWorker {
  return () => {
    let say: (message: WorkerMessage) => void = () => undefined
    const exits: ((end: { code: number | null }) => void)[] = []
    const end = () => queueMicrotask(() => exits.forEach((exit) => exit({ code: 0 })))
    return {
      pid: 1,
      onMessage: (listener) => (say = listener),
      onExit: (listener) => void exits.push(listener),
      kill: end,
      send: (command) => {
        if (command.type === 'cancel') end()
        if (command.type !== 'do') return
        act(command, (message) => {
          say(message)
          if (message.type !== 'progress') end()
        })
      },
    } as ReturnType<SpawnWorker>
  }
}
