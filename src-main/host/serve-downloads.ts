import type { FastifyInstance } from 'fastify'
import type { Downloads } from '../exports/downloads.ts'

/** `GET /api/download/<ticket>`: what was exported, once for a ticket, always as a file to save. */
export function serveDownloads(app: FastifyInstance, downloads: Pick<Downloads, 'take'>): void {
  const options = { exposeHeadRoute: false }
  app.get<{ Params: { ticket: string } }>('/api/download/:ticket', options, (request, reply) => {
    const { name, type, bytes, open } = downloads.take(request.params.ticket)
    reply.headers({
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    })
    if (bytes !== null) reply.header('content-length', bytes)
    return reply.send(open())
  })
}
