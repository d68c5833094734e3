import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { serveAsset } from '#main/assets.ts'
import { folderForAll } from '../fixtures/temporary-folder.ts'

const folder = folderForAll()
const root = join(folder, 'renderer')

beforeAll(async () => {
  await mkdir(join(root, 'assets'), { recursive: true })
  await writeFile(join(root, 'index.html'), '<!doctype html>')
  await writeFile(join(root, 'assets', 'index-1a2b.js'), 'export {}')
  await writeFile(join(root, 'assets', 'index.js.map'), '{}')
  await writeFile(join(root, '.secret.js'), 'hidden')
  await writeFile(join(folder, 'outside.js'), 'outside')
  await symlink(join(folder, 'outside.js'), join(root, 'linked.js'))
})

const textOf = async (path: string) => new TextDecoder().decode((await serveAsset(root, path)).body)

describe('serveAsset', () => {
  it('answers the page at / and files by name, with exact types', async () => {
    const page = await serveAsset(root, '/')
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['cache-control']).toBe('no-cache')
    const script = await serveAsset(root, '/assets/index-1a2b.js')
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(script.headers['cache-control']).toContain('immutable')
    expect(await textOf('/assets/index-1a2b.js')).toBe('export {}')
  })

  it('sends the security headers with files and refusals alike', async () => {
    for (const path of ['/', '/missing.js', '/../outside.js']) {
      const { headers } = await serveAsset(root, path)
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
    }
  })

  it.each([
    '/../outside.js',
    '/assets/../../outside.js',
    '/%2e%2e/outside.js',
    '/..%2foutside.js',
    '/..\\outside.js',
    '/%5c..%5coutside.js',
    '//outside.js',
    '/assets//index-1a2b.js',
    '/linked.js',
    '/.secret.js',
    '/assets',
    '/assets/',
    '/assets/index.js.map',
    '/index.html%00.js',
    '/%',
    '/%ff',
    'index.html',
    '',
  ])('refuses %j', async (path) => {
    expect((await serveAsset(root, path)).status).toBe(404)
  })

  it('answers every string, and never with a file from outside', async () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      '%2e',
      '%2f',
      'outside.js',
      'linked.js',
      'assets',
      '\0',
      '%',
    )
    const path = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => `/${parts.join('')}`),
    )
    await fc.assert(
      fc.asyncProperty(path, async (pathname) => {
        expect(await textOf(pathname)).not.toContain('outside')
      }),
      { numRuns: 500, seed: 11 },
    )
  })
})
