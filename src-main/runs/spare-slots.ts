/**
 * Slots that no search takes, for work that is none: each piece holds one back from the next piece, so that searches and
 * such work together never compute at more places than there are slots when it begins. A search that comes later does not
 * wait for it, for what begins here ends by itself.
 */
export class SpareSlots {
  readonly #free: () => number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  /** @param free Slots that no search takes at the moment. */
  constructor(free: () => number) {
    this.#free = free
  }

  /**
   * Waits for a spare slot, in the order of asking, and answers how to give it back. Rejects with the signal's reason when
   * that is aborted before.
   */
  take(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const begin = () => {
        signal.removeEventListener('abort', leave)
        resolve(() => this.#giveBack())
      }
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(begin)
      this.notice()
    })
  }

  /** Told whenever slots may have become free. */
  notice(): void {
    while (this.#waiting.length > 0 && this.#taken < this.#free()) {
      this.#taken += 1
      this.#waiting.shift()!()
    }
  }

  #giveBack(): void {
    this.#taken -= 1
    this.notice()
  }
}
