import { timingSafeEqual, createHash } from 'node:crypto'

/** Whether a Host header names this machine's loopback; any port, so that `ssh -L` works. */
export function isHostAllowed(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.0\.0\.1)(:\d{1,5})?$/.test(host)
}

/** Whether a request comes from the page that was opened under the same address, or from no page at all. */
export function isOriginAllowed(origin: string | undefined, host: string): boolean {
  return origin === undefined || origin === `http://${host}`
}

/** Compares secrets in a time that tells nothing about where they differ. */
export function secretsEqual(given: string, expected: string): boolean {
  const digest = (secret: string) => createHash('sha256').update(secret).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
