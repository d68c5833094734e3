import type { Push } from '#contract/calls.ts'
import { resultOf, type CallOutcome, type Connection } from './connection.ts'

/** What Electron's preload exposes as `window.shapwright`. */
interface Bridge {
  call(name: string, ...args: unknown[]): Promise<CallOutcome>
  subscribe(listener: (push: Push) => void): () => void
}

declare global {
  interface Window {
    shapwright?: Bridge
  }
}

/** The back end in the same application, over Electron's IPC; the line cannot drop. */
export function connectToWindow(bridge: Bridge): Connection {
  return {
    call: async (name, ...args) => resultOf(await bridge.call(name, ...args)) as never,
    subscribe: (listener) => bridge.subscribe(listener),
    watchState(listener) {
      listener('open')
      return () => {}
    },
  }
}
