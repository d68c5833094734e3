import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleConfig } from '../sample-runs.ts'
import { call, cookie, handlers, json, send, started } from './host-for-all.ts'

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
