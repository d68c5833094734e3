import type { Socket } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Push } from '#contract/calls.ts'
import { cookie, listeners, port, token } from './host-for-all.ts'

describe('pushes over the local host', () => {
  const open = (headers: Record<string, string>, origin?: string) =>
    new WebSocket(`ws://127.0.0.1:${port}/api/push`, { headers, origin })
  const refusal = (socket: WebSocket) =>
    new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!))
      socket.on('open', () => resolve(200))
      socket.on('error', () => undefined)
    })

  it('reach a window with the cookie until it closes', async () => {
    const socket = open({ cookie: await cookie() }, `http://127.0.0.1:${port}`)
    await new Promise((resolve) => socket.once('open', resolve))
    const push: Push = {
      topic: 'run.events',
      id: 'a',
      events: [{ seq: 0, at: 1, type: 'resumed', afterSeq: -1 }],
    }
    const received = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))))
    expect(listeners.size).toBe(1)
    for (const listener of listeners) listener(push)
    expect(JSON.parse(await received)).toEqual(push)
    socket.close()
    await vi.waitFor(() => expect(listeners.size).toBe(0), 10_000)
  })

  it('reach nobody else', async () => {
    expect(await refusal(open({}))).toBe(401)
    expect(await refusal(open({ cookie: `shapwright-${port}=${token}` }))).toBe(401)
    expect(await refusal(open({ cookie: await cookie() }, 'http://evil.example'))).toBe(403)
    expect(await refusal(open({ cookie: await cookie(), host: 'evil.example' }))).toBe(403)
    expect(listeners.size).toBe(0)
  })

  it.each([
    ['a long text', 'x'.repeat(4096)],
    ['many bytes', Buffer.alloc(1 << 22)],
  ])('end for a window that sends %s', async (_, sent) => {
    const socket = open({ cookie: await cookie() })
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send(sent)
    expect(await closed).toBe(1009)
    await vi.waitFor(() => expect(listeners.size).toBe(0), 10_000)
  })

  it('go on for windows beside one that sends nonsense, and beside lines that break', async () => {
    const good = open({ cookie: await cookie() })
    await new Promise((resolve) => good.once('open', resolve))
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.boolean(),
        async (bytes, framed) => {
          const socket = open({ cookie: await cookie() })
          await new Promise((resolve) => socket.once('open', resolve))
          socket.on('error', () => undefined)
          if (framed) for (let i = 0; i < 20; i++) socket.send(bytes)
          else (socket as unknown as { _socket: Socket })._socket.write(bytes)
          socket.terminate()
        },
      ),
      { numRuns: 20, seed: 9 },
    )
    await vi.waitFor(() => expect(listeners.size).toBe(1), 10_000)
    const heard = new Promise<string>((resolve) => good.once('message', (data) => resolve(String(data))))
    for (const listener of listeners) listener({ topic: 'datasets.changed' })
    expect(JSON.parse(await heard)).toEqual({ topic: 'datasets.changed' })
    good.terminate()
    await vi.waitFor(() => expect(listeners.size).toBe(0), 10_000)
  })

  it('are given up for a window that never reads', async () => {
    const socket = open({ cookie: await cookie() })
    await new Promise((resolve) => socket.once('open', resolve))
    socket.on('error', () => undefined)
    socket.pause()
    const ids = Array.from({ length: 1000 }, () => 'x'.repeat(1000))
    for (let told = 0; told < 60; told++) {
      for (const listener of listeners) listener({ topic: 'runs.removed', ids })
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await vi.waitFor(() => expect(listeners.size).toBe(0), 10_000)
    socket.terminate()
  })

  it('are at one address', async () => {
    for (const path of ['/', '/x', '/api/call', '/api/session', '/api/download/x']) {
      const headers = { cookie: await cookie() }
      const status = await refusal(new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers }))
      expect([path, status]).toEqual([path, 400])
    }
  })
})
