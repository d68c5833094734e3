import { resultOf, type CallOutcome, type Connection } from './connection.ts'
import { pushReader } from './read-push.ts'

/** What Electron's preload exposes as `window.shapwright`. */
interface Bridge {
  call(name: string, ...args: unknown[]): Promise<CallOutcome>
  subscribe(listener: (told: unknown) => void): () => void
}

declare global {
  interface Window {
    shapwright?: Bridge
  }
}

/** The back end in the same application, over Electron's IPC; the line cannot drop. */
export function connectToWindow(bridge: Bridge): Connection {
  const readPush = pushReader()
  return {
    call: async (name, ...args) => resultOf(await bridge.call(name, ...args)) as never,
    subscribe: (listener) =>
      bridge.subscribe((told) => {
        const push = readPush(told)
        if (push) listener(push)
      }),
    watchState(listener) {
      listener('open')
      return () => {}
    },
  }
}
