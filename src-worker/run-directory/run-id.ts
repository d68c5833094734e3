import { randomInt } from 'node:crypto'

const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/**
 * A new run's id, e.g. `20260314-150926-535-x7k2mq`: creation time in UTC to the millisecond, then six random letters.
 * Ids sort by creation. Letters that look alike are left out.
 */
export function createRunId(at: number): string {
  const [date, time] = new Date(at)
    .toISOString()
    .slice(0, -1)
    .replaceAll(/[-:]/g, '')
    .replace('.', '-')
    .split('T')
  const random = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('')
  return `${date}-${time}-${random}`
}
