import type { Push } from '#contract/calls.ts'
import {
  HostUnreachable,
  resultOf,
  type CallOutcome,
  type Connection,
  type ConnectionState,
} from './connection.ts'
import { pushReader } from './read-push.ts'

export interface HostOptions {
  /** Milliseconds before the first new attempt on a dropped line; doubled up to ten times as much. */
  retryMs?: number
}

/**
 * The local host that served this page: calls over HTTP, pushes over one WebSocket, which is opened again whenever
 * it drops. Pushes that fell into the gap are lost: whoever shows them fetches anew when the state returns to `open`.
 */
export function connectToHost(base: URL, options: HostOptions = {}): Connection {
  const firstRetryMs = options.retryMs ?? 500
  const readPush = pushReader()
  const pushListeners = new Set<(push: Push) => void>()
  const stateListeners = new Set<(state: ConnectionState) => void>()
  let state: ConnectionState = 'connecting'
  let retryMs = firstRetryMs

  const enter = (next: ConnectionState) => {
    if (next === state) return
    state = next
    for (const listener of stateListeners) listener(next)
  }

  const open = () => {
    const address = new URL('/api/push', base)
    address.protocol = base.protocol.replace('http', 'ws')
    const socket = new WebSocket(address)
    socket.addEventListener('open', () => {
      retryMs = firstRetryMs
      enter('open')
    })
    socket.addEventListener('message', ({ data }) => {
      const push = readPush(parsedOrNull(data))
      if (push) for (const listener of pushListeners) listener(push)
    })
    socket.addEventListener('close', () => {
      if (state === 'refused') return
      enter('lost')
      setTimeout(reopen, retryMs)
      retryMs = Math.min(2 * retryMs, 10 * firstRetryMs)
    })
  }

  /** A socket does not say why it was refused; a call does. */
  const reopen = async () => {
    const answer = await post(new URL('/api/call', base), { name: 'app.info', args: [] }).catch(() => null)
    if (answer?.status === 401) enter('refused')
    else open()
  }
  open()

  return {
    async call(name, ...args) {
      const response = await post(new URL('/api/call', base), { name, args })
      if (response.status === 401) enter('refused')
      return resultOf((await response.json()) as CallOutcome) as never
    },
    subscribe(listener) {
      pushListeners.add(listener)
      return () => pushListeners.delete(listener)
    },
    watchState(listener) {
      stateListeners.add(listener)
      listener(state)
      return () => stateListeners.delete(listener)
    },
  }
}

function parsedOrNull(data: unknown): unknown {
  try {
    return JSON.parse(String(data))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** @throws HostUnreachable when the host does not answer at all. */
async function post(address: URL, body: unknown): Promise<Response> {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  } catch (error) {
    throw new HostUnreachable(address.origin, { cause: error })
  }
}

/**
 * Exchanges the token of an address such as `http://127.0.0.1:4000/#token=…` for a session cookie.
 * Returns the fragment that should stand in its place, or null when there is no token in it.
 * @throws Problem `not-allowed` when the host does not know the token.
 */
export async function exchangeToken(address: URL): Promise<string | null> {
  const fragment = new URLSearchParams(address.hash.slice(1))
  const token = fragment.get('token')
  if (token === null) return null
  const response = await post(new URL('/api/session', address), { token })
  if (!response.ok) resultOf((await response.json()) as CallOutcome)
  return '#/'
}
