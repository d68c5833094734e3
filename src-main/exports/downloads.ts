import { randomBytes } from 'node:crypto'
import { Problem } from '#contract/problem.ts'
import type { Content } from './content.ts'

const lifeMs = 60_000

/** Tickets for the host's `GET /api/download/<ticket>`: each opens one content once, within a minute. */
export class Downloads {
  readonly #tickets = new Map<string, { content: Content; until: number }>()

  /** The address, below the host's, of a content. */
  offer(content: Content, now = Date.now()): string {
    for (const [ticket, { until }] of this.#tickets) if (until < now) this.#tickets.delete(ticket)
    const ticket = randomBytes(24).toString('base64url')
    this.#tickets.set(ticket, { content, until: now + lifeMs })
    return `/api/download/${ticket}`
  }

  /** @throws Problem `not-allowed` for a ticket that was not given out, is used or is too old. */
  take(ticket: string, now = Date.now()): Content {
    const found = this.#tickets.get(ticket)
    this.#tickets.delete(ticket)
    if (found && found.until >= now) return found.content
    throw new Problem(
      'not-allowed',
      'download',
      'this address was used already or is too old; download again',
    )
  }
}
