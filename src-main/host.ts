import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import fastifyCookie from '@fastify/cookie'
import fastifyWebsocket from '@fastify/websocket'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import { Problem, reportOf } from '#contract/problem.ts'
import { securityHeaders, serveAsset } from './assets.ts'
import { serveDownloads } from './host/serve-downloads.ts'
import { isHostAllowed, isOriginAllowed, secretsEqual } from './host/guard.ts'
import { answerCall } from './answer-call.ts'
import { packageRoot } from './package-root.ts'
import type { Workbench } from './workbench.ts'

export interface HostOptions {
  workbench: Pick<Workbench, 'handlers' | 'subscribe'> & Partial<Pick<Workbench, 'downloads'>>
  /** A free one is taken when left out. */
  port?: number
  /** The folder of the built renderer. */
  rendererDir?: string
}

export interface Host {
  /** The address to open, with the token that lets a browser in. */
  url: string
  close(): Promise<void>
}

/** Bytes of a request's body; configurations are far smaller. */
const bodyLimit = 1 << 20
/** Bytes that may wait for a slow window before its connection is given up; it opens a new one. */
const pushBacklogLimit = 16 << 20

/**
 * Serves the workbench to browsers of this machine: the renderer's files, `POST /api/session`, which exchanges the
 * token of the address for a cookie, `POST /api/call`, `GET /api/download` and the WebSocket `/api/push`, which demand it.
 * It listens on 127.0.0.1 only and refuses foreign Host and Origin headers.
 * @throws Problem `bad-arguments` when the port is taken.
 */
export async function startHost({ workbench, port = 0, rendererDir }: HostOptions): Promise<Host> {
  const token = newSecret()
  const session = newSecret()
  const root = rendererDir ?? join(packageRoot, 'out', 'renderer')
  const app = fastify({
    bodyLimit,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => refuse(reply, 400, error.message),
  })
  await app.register(fastifyCookie)
  await app.register(fastifyWebsocket, { options: { maxPayload: 1024 } })
  app.addHook(
    'onRequest',
    guard(() => cookieName(app), session),
  )
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'there is nothing at this address'))
  app.post('/api/session', (request, reply) => {
    const body = z.strictObject({ token: z.string() }).safeParse(request.body)
    if (!body.success || !secretsEqual(body.data.token, token)) {
      return refuse(reply, 403, 'the token is not the one that the host printed')
    }
    reply.setCookie(cookieName(app), session, { httpOnly: true, sameSite: 'strict', path: '/' })
    return reply.code(204).send()
  })
  app.post('/api/call', (request) => {
    const body = z.strictObject({ name: z.unknown(), args: z.unknown() }).safeParse(request.body)
    if (!body.success) throw new Problem('bad-request', '/api/call', 'the body is not { name, args }')
    return answerCall(workbench.handlers, body.data.name, body.data.args)
  })
  app.get(pushRoute, { websocket: true }, (socket) => forwardPushes(workbench, socket))
  if (workbench.downloads) serveDownloads(app, workbench.downloads)
  app.get('/*', async (request, reply) => {
    const { status, headers, body } = await serveAsset(root, request.url.split('?')[0])
    return reply.code(status).headers(headers).send(Buffer.from(body))
  })
  await listen(app, port)
  return { url: `http://127.0.0.1:${portOf(app)}/#token=${token}`, close: () => app.close() }
}

const newSecret = () => randomBytes(32).toString('base64url')

/** Cookies are shared by all ports of a machine; the name keeps two hosts apart. */
const cookieName = (app: FastifyInstance) => `shapwright-${portOf(app)}`

function portOf(app: FastifyInstance): number {
  return (app.server.address() as AddressInfo).port
}

const pushRoute = '/api/push'

/** What answers without the cookie: the exchange of the token for it, and the files of the page that asks for that. */
const openRoutes = new Set(['/api/session', '/*'])

/**
 * Refuses foreign hosts and origins, and without the cookie every route that is not open.
 * Trap: the router decodes a path, `/%61pi/call` reaches `/api/call`; so the route that was found decides, not the path.
 */
function guard(cookie: () => string, session: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { host, origin } = request.headers
    reply.headers(securityHeaders)
    if (request.raw.headersDistinct['host']?.length !== 1)
      return refuse(reply, 400, 'there is not one Host header')
    if (!isHostAllowed(host)) return refuse(reply, 403, 'the Host header does not name this machine')
    if (!isOriginAllowed(origin, host!)) return refuse(reply, 403, 'the request comes from another page')
    // Without this a WebSocket would be opened at every address, and closed at once.
    if (request.ws && request.routeOptions.url !== pushRoute)
      return refuse(reply, 400, 'there is no WebSocket at this address')
    if (openRoutes.has(request.routeOptions.url ?? '')) return undefined
    if (secretsEqual(request.cookies[cookie()] ?? '', session)) return undefined
    return refuse(reply, 401, 'the browser has not shown the token yet')
  }
}

function refuse(reply: FastifyReply, status: number, detail: string): FastifyReply {
  const code = status === 401 || status === 403 ? 'not-allowed' : 'bad-request'
  const problem = new Problem(code, 'local host', detail).report()
  return reply.code(status).headers(securityHeaders).send({ problem })
}

function answerError(
  error: FastifyError | Problem,
  _request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof Problem) return reply.code(400).send({ problem: error.report() })
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return refuse(reply, error.statusCode, error.message)
  }
  return reply.code(500).send({ problem: reportOf(error) })
}

function forwardPushes(workbench: HostOptions['workbench'], socket: WebSocket): void {
  const unsubscribe = workbench.subscribe((push) => {
    if (socket.bufferedAmount > pushBacklogLimit) socket.terminate()
    else socket.send(JSON.stringify(push))
  })
  socket.on('close', unsubscribe)
  socket.on('error', () => socket.terminate())
}

async function listen(app: FastifyInstance, port: number): Promise<void> {
  try {
    await app.listen({ host: '127.0.0.1', port })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    throw new Problem('bad-arguments', `--port ${port}`, message, { cause: error })
  }
}
