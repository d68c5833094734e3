export interface RunQueueOptions {
  /** Runs at a time: one a device slot. */
  slots: number
  /** Executes a run to its end; it never rejects. */
  execute: (id: string) => Promise<void>
}

/** Runs wait here, in the order in which they came, until a slot is free. */
export class RunQueue {
  readonly #options: RunQueueOptions
  readonly #waiting: string[] = []
  readonly #running = new Map<string, Promise<void>>()

  constructor(options: RunQueueOptions) {
    this.#options = options
  }

  add(id: string): void {
    this.#waiting.push(id)
    this.#fill()
  }

  /** Whether the run waits or is being executed. */
  has(id: string): boolean {
    return this.#waiting.includes(id) || this.#running.has(id)
  }

  /** Takes a waiting run back; false when it does not wait. */
  remove(id: string): boolean {
    const index = this.#waiting.indexOf(id)
    if (index >= 0) this.#waiting.splice(index, 1)
    return index >= 0
  }

  /** Takes all waiting runs back, and answers when no run is being executed any more. */
  async drain(withdraw: (id: string) => void): Promise<void> {
    for (const id of this.#waiting.splice(0)) withdraw(id)
    await Promise.all(this.#running.values())
  }

  #fill(): void {
    while (this.#running.size < this.#options.slots && this.#waiting.length > 0) {
      const id = this.#waiting.shift()!
      this.#running.set(id, this.#execute(id))
    }
  }

  async #execute(id: string): Promise<void> {
    await this.#options.execute(id)
    this.#running.delete(id)
    this.#fill()
  }
}
