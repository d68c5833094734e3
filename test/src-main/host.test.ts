import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { request, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Push } from '#contract/calls.ts'
import { Problem } from '#contract/problem.ts'
import type { Handlers } from '#contract/calls.ts'
import { startHost, type Host } from '#main/host.ts'
import { folderForAll } from '../fixtures/temporary-folder.ts'
import { sampleConfig } from './sample-runs.ts'

const folder = folderForAll()
const listeners = new Set<(push: Push) => void>()
const started = vi.fn<Handlers['runs.start']>(async () => 'run-1')
/** The host knows the calls by name only; those that no test makes are left out. */
const handlers = {
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

let host: Host
let port: number
let token: string

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
function send(
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
function sendBytes(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(150, () => socket.destroy())
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

const json = { 'content-type': 'application/json' }
const exchange = (value: unknown, headers: Record<string, string> = {}) =>
  send('POST', '/api/session', { ...json, ...headers }, JSON.stringify({ token: value }))
const cookie = async () => (await exchange(token)).headers['set-cookie']![0].split(';')[0]
const call = async (body: unknown, headers: Record<string, string> = {}) =>
  send('POST', '/api/call', { ...json, cookie: await cookie(), ...headers }, JSON.stringify(body))

describe('the door of the local host', () => {
  it('listens on the loopback only and keeps the token in the fragment', () => {
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/)
  })

  it('exchanges the token for a cookie that scripts and other sites cannot use', async () => {
    const { status, headers } = await exchange(token)
    expect(status).toBe(204)
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^shapwright-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`)),
    ])
    expect(headers['set-cookie']![0]).not.toContain(token)
  })

  it.each(['', 'wrong', null, 7, {}, [['a']]])('refuses %j in the place of the token', async (wrong) => {
    const { status, headers, text } = await exchange(wrong)
    expect(status).toBe(403)
    expect(headers['set-cookie']).toBeUndefined()
    expect(JSON.parse(text).problem.code).toBe('not-allowed')
  })

  it('answers no call without the cookie, nor with a wrong one or the token itself', async () => {
    const name = `shapwright-${port}`
    for (const value of [undefined, `${name}=`, `${name}=wrong`, `${name}=${token}`, `other=${token}`]) {
      const headers = value === undefined ? json : { ...json, cookie: value }
      const { status, text } = await send('POST', '/api/call', headers, '{"name":"app.info","args":[]}')
      expect([value, status]).toEqual([value, 401])
      expect(text).not.toContain('/data')
    }
  })

  it.each(['/%61pi/call', '/a%70i/call?x', '/%61%70%69/%63all', 'http://127.0.0.1/api/call', '//api/call'])(
    'answers no call without the cookie at the spelling %j of its path',
    async (path) => {
      const { status, text } = await send('POST', path, json, '{"name":"app.info","args":[]}')
      expect([401, 404]).toContain(status)
      expect(text).not.toContain('/data')
    },
  )

  it.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    '0.0.0.0',
    '[::1]',
    'localhost:x',
  ])('refuses the Host header %j, for files and calls alike', async (wrong) => {
    const headers = { ...json, host: wrong, cookie: await cookie() }
    const answers = [
      await send('GET', '/', headers),
      await send('POST', '/api/call', headers, '{"name":"app.info","args":[]}'),
      await exchange(token, { host: wrong }),
    ]
    for (const { status, text } of answers) {
      expect(status).toBe(403)
      expect(text).not.toContain('doctype')
    }
  })

  it('accepts localhost and 127.0.0.1 at any port, for ssh -L', async () => {
    for (const name of ['localhost', 'localhost:9999', '127.0.0.1:1']) {
      const headers = { host: name, origin: `http://${name}` }
      expect((await call({ name: 'app.info', args: [] }, headers)).status).toBe(200)
    }
  })

  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://127.0.0.1:1', 'http://localhost'])(
    'refuses a request from the page %s',
    async (origin) => {
      const headers = { host: '127.0.0.1:7', origin }
      expect((await call({ name: 'app.info', args: [] }, headers)).status).toBe(403)
      expect((await exchange(token, headers)).status).toBe(403)
    },
  )

  it.each([
    '/../secret.js',
    '/%2e%2e/secret.js',
    '/..%5csecret.js',
    '/%',
    '//secret.js',
    '/api/../../secret.js',
  ])('gives away no file at %s', async (path) => {
    const { status, text } = await send('GET', path)
    expect([400, 401, 404]).toContain(status)
    expect(text).not.toBe('secret')
  })

  it('sends the security headers with every answer', async () => {
    const answers = [
      await send('GET', '/'),
      await send('GET', '/nothing.js'),
      await send('GET', '/%'),
      await send('GET', '/', { host: 'evil.example' }),
      await send('DELETE', '/anything'),
      await call({ name: 'app.info', args: [] }),
      await send('POST', '/api/session', json, '{'),
    ]
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
    expect(answers[0].text).toContain('<title>Shapwright</title>')
  })

  it('closes the connection on bytes that are not HTTP, and goes on', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })
    const begun = fc.constantFrom(
      'GET / HTTP/1.1\r\n',
      'POST /api/call HTTP/1.1\r\nContent-Length: 5\r\n',
      'PRI * ',
    )
    await fc.assert(
      fc.asyncProperty(fc.option(begun, { nil: '' }), bytes, async (start, rest) => {
        const answer = await sendBytes(Buffer.concat([Buffer.from(start), rest, Buffer.from('\r\n\r\n')]))
        expect(answer).not.toMatch(/doctype|HTTP\/1.1 5/)
      }),
      { numRuns: 60, seed: 7 },
    )
    expect((await send('GET', '/')).status).toBe(200)
  })

  it.each([
    'localhost.evil.example',
    'evil.example:80',
    '127.0.0.1:80@evil.example',
    '127.0.0.1:',
    '127.0.0.1:999999',
    '127.1',
    '2130706433',
    '0x7f.1',
    '127.0.0.1.nip.io',
    'localtest.me',
    'localhost:80, evil.example',
    ' ',
  ])('refuses the name %j, which may lead here for a moment', async (wrong) => {
    expect((await send('GET', '/', { host: wrong })).status).toBe(403)
  })

  it('refuses two Host headers and none', async () => {
    const own = `Host: 127.0.0.1:${port}\r\n`
    for (const hosts of [`${own}Host: evil.example\r\n`, `Host: evil.example\r\n${own}`, own + own, ''])
      expect(await sendBytes(`GET / HTTP/1.1\r\n${hosts}\r\n`)).toMatch(/^HTTP\/1.1 40\d /)
    expect(await sendBytes('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
  })

  it('judges every request of a connection by itself', async () => {
    const own = `Host: 127.0.0.1:${port}\r\n`
    const body = '{"name":"app.info","args":[]}'
    const call = `POST /api/call HTTP/1.1\r\n${own}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    const known = `${call}Cookie: ${await cookie()}\r\n\r\n${body}`
    const answers = await sendBytes(`${known}${call}\r\n${body}GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n`)
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 403'])
    const two = `POST /api/session HTTP/1.1\r\n${own}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
    expect(await sendBytes(`${two}GET / HTTP/1.1\r\n${own}\r\n`)).toMatch(/^HTTP\/1.1 400 [^]*$/)
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'HEAD'])(
    'knows no %s of calls',
    async (method) => {
      for (const path of ['/api/call', '/api/session', '/api/push', '/api/download/x']) {
        const { status, text } = await send(method, path, { cookie: await cookie() })
        expect([path, status]).toEqual([path, 404])
        expect(text).not.toContain(token)
      }
    },
  )

  it('answers every path of files and downloads without a fault', async () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('..', '%2e%2e', '%00', '%ff', '\\', 'index.html', '%'))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/', '/api/', '/api/download/', '/assets/'),
        fc.array(part, { maxLength: 4 }),
        async (start, parts) => {
          const path = start + parts.join('/').replaceAll(/[^\x21-\x7e]/g, '.')
          const { status, text } = await send('GET', path, { cookie: await cookie() })
          expect(status).toBeLessThan(500)
          expect(text).not.toMatch(/^secret/)
          expect(text).not.toContain(token)
        },
      ),
      { numRuns: 100, seed: 8 },
    )
  })
})

describe('calls over the local host', () => {
  it('answers with a result or a problem', async () => {
    expect(JSON.parse((await call({ name: 'app.info', args: [] })).text).result.version).toBe('1')
    const missing = JSON.parse((await call({ name: 'runs.get', args: ['nothing'] })).text)
    expect(missing.problem).toMatchObject({ code: 'run-not-found', where: 'nothing' })
    const broken = JSON.parse((await call({ name: 'runs.resume', args: ['run'] })).text)
    expect(broken.problem).toMatchObject({ code: 'internal', detail: 'broken' })
  })

  it('validates a configuration, fills in what was left out and names what is wrong', async () => {
    const given = { dataset: { kind: 'emoji8' } }
    expect(JSON.parse((await call({ name: 'runs.start', args: [given] })).text)).toEqual({ result: 'run-1' })
    expect(started).toHaveBeenCalledWith(sampleConfig({ device: 'auto' }))
    const wrong = { dataset: { kind: 'emoji8' }, search: { epochs: -1 } }
    const { problem } = JSON.parse((await call({ name: 'runs.start', args: [wrong] })).text)
    expect(problem.code).toBe('bad-configuration')
    expect(problem.detail).toContain('search.epochs')
    expect(started).toHaveBeenCalledTimes(1)
  })

  it.each([
    { name: 'toString', args: [] },
    { name: '__proto__', args: [] },
    { name: 7, args: [] },
    { name: 'runs.get', args: ['../../etc'] },
    { name: 'runs.get', args: [] },
    { name: 'runs.get', args: ['a', 'b'] },
    { name: 'runs.get', args: 'a' },
    { name: 'runs.get' },
    { name: 'runs.get', args: ['a'], more: 1 },
    [[]],
    null,
  ])('refuses %j', async (body) => {
    const { text } = await call(body)
    expect(JSON.parse(text).problem.code).toBe('bad-request')
  })

  it('refuses bodies that are too large, of another kind or no JSON', async () => {
    const headers = { ...json, cookie: await cookie() }
    expect((await send('POST', '/api/call', headers, `"${'x'.repeat(1 << 21)}"`)).status).toBe(413)
    expect((await send('POST', '/api/call', { ...headers, 'content-type': 'text/xml' }, '<a/>')).status).toBe(
      415,
    )
    expect((await send('POST', '/api/call', headers, '{')).status).toBe(400)
  })

  it('answers every body with a result or a problem', async () => {
    const name = fc.oneof(fc.constantFrom(...Object.keys(handlers)), fc.string())
    const body = fc.oneof(
      fc.record({ name, args: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()) }),
      fc.jsonValue(),
    )
    const headers = { ...json, cookie: await cookie() }
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          body.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        async (sent) => {
          const { status, text } = await send('POST', '/api/call', headers, sent)
          expect(status).toBeLessThan(500)
          const answer = JSON.parse(text) as object
          expect('result' in answer || 'problem' in answer).toBe(true)
        },
      ),
      { numRuns: 200, seed: 5 },
    )
  })
})

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

it('says so when the port is taken', async () => {
  const workbench = { handlers, subscribe: () => () => undefined }
  await expect(startHost({ workbench, port })).rejects.toMatchObject({
    code: 'bad-arguments',
    where: `--port ${port}`,
  })
})
