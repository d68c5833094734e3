import type { Protocol } from 'electron'
import { securityHeaders, serveAsset } from '../assets.ts'
import { appScheme, isAppUrl } from './security.ts'

/** Answers `app://shapwright/…` with the files of the built renderer, as the local host does; nothing else is there. */
export function serveRenderer(protocol: Protocol, root: string): void {
  protocol.handle(appScheme.scheme, async (request) => {
    if (request.method !== 'GET') return new Response(null, { status: 405, headers: securityHeaders })
    const path = isAppUrl(request.url) ? new URL(request.url).pathname : ''
    const { status, headers, body } = await serveAsset(root, path)
    return new Response(Buffer.from(body), { status, headers })
  })
}
