import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { request, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import type { Handlers, Push } from '#contract/calls.ts'
import { Problem } from '#contract/problem.ts'
import { startHost, type Host } from '#main/host.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const folder = folderForAll()
export const listeners = new Set<(push: Push) => void>()
export const started = vi.fn<Handlers['runs.start']>(async () => 'run-1')
/** The host knows the calls by name only; those that no test makes are left out. */
export const handlers = {
  'app.info': async () => ({ version: '1', dataDir: '/data', runsDir: '/data/runs' }),
  'runs.get': async (id) => {
    throw new Problem('run-not-found', id, 'there is none')
  },
  'runs.start': started,
  'runs.cancel': async () => null,
  'devices.list': async () => [],
  'devices.machine': async () => Promise.reject(new Error('not asked for')),
  'runs.resume': async () => {
    throw new Error('broken')
  },
} as Partial<Handlers> as Handlers

/** One for all tests of a file. */
export let host: Host
export let port: number
export let token: string

beforeAll(async () => {
  const rendererDir = join(folder, 'renderer')
  mkdirSync(rendererDir)
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Shapwright</title>')
  writeFileSync(join(folder, 'secret.js'), 'secret')
  const subscribe = (listener: (push: Push) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  host = await startHost({ workbench: { handlers, subscribe }, rendererDir })
  const url = new URL(host.url)
  port = Number(url.port)
  token = url.hash.replace('#token=', '')
})

afterAll(async () => {
  await host.close()
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** A request whose path and headers are sent exactly as given. */
export function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What is answered to bytes until the host closes the connection, or is silent for a moment. */
export function sendBytes(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(150, () => socket.destroy())
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

export const json = { 'content-type': 'application/json' }
export const exchange = (value: unknown, headers: Record<string, string> = {}) =>
  send('POST', '/api/session', { ...json, ...headers }, JSON.stringify({ token: value }))
export const cookie = async () => (await exchange(token)).headers['set-cookie']![0].split(';')[0]
export const call = async (body: unknown, headers: Record<string, string> = {}) =>
  send('POST', '/api/call', { ...json, cookie: await cookie(), ...headers }, JSON.stringify(body))
