import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startHost } from '#main/host.ts'
import { call, cookie, exchange, handlers, host, json, port, send, sendBytes, token } from './host-for-all.ts'

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

it('says so when the port is taken', async () => {
  const workbench = { handlers, subscribe: () => () => undefined }
  await expect(startHost({ workbench, port })).rejects.toMatchObject({
    code: 'bad-arguments',
    where: `--port ${port}`,
  })
})
