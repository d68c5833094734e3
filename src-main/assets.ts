import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** An answer that HTTP and Electron's protocol handler can both give. */
export interface AssetAnswer {
  status: 200 | 404
  headers: Record<string, string>
  body: Uint8Array
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'",
].join('; ')

/** Headers of every answer, of files and calls alike. */
export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** The kinds of files that a built renderer has; nothing else is served. */
const mimeTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

const notFound: AssetAnswer = {
  status: 404,
  headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' },
  body: new TextEncoder().encode('Not found'),
}

/**
 * The file of the built renderer under `root` that a URL path names; `/` is index.html.
 * Trap: `pathname` comes from outside, still percent-encoded; nothing that lies outside `root`, through `..`,
 * backslashes or links, is ever answered.
 */
export async function serveAsset(root: string, pathname: string): Promise<AssetAnswer> {
  const name = fileNameFromPath(pathname)
  const type = name === null ? undefined : mimeTypes[extname(name)]
  if (name === null || type === undefined) return notFound
  const body = await readInside(root, name)
  if (body === null) return notFound
  return { status: 200, headers: { ...securityHeaders, ...cacheHeader(name), 'content-type': type }, body }
}

/** `/assets/index.js` → `assets/index.js`; null for what cannot be the name of a built file. */
function fileNameFromPath(pathname: string): string | null {
  const decoded = decode(pathname)
  if (decoded === null || !decoded.startsWith('/')) return null
  const name = decoded === '/' ? 'index.html' : decoded.slice(1)
  const plain = name.split('/').every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part))
  return plain ? name : null
}

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

async function readInside(root: string, name: string): Promise<Uint8Array | null> {
  try {
    const [base, file] = await Promise.all([realpath(root), realpath(join(root, name))])
    return file.startsWith(base + sep) ? await readFile(file) : null
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null
    throw error
  }
}

/** Built files carry a hash of their content in their names; the page itself does not. */
function cacheHeader(name: string): Record<string, string> {
  return { 'cache-control': name.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache' }
}
