export interface RunQueueOptions {
  /** Runs at a time: one a device slot. */
  slots: number
  /** Executes a run to its end; it never rejects. */
  execute: (id: string) => Promise<void>
  /** A run waits, is being executed, or no longer is. */
  onChange: () => void
}

export interface Waiting {
  id: string
  priority: number
  /** Since when it waits, in milliseconds since 1970. */
  at: number
}

/** Runs wait here until a slot is free: the highest priority first, then in the order in which they came. */
export class RunQueue {
  readonly #options: RunQueueOptions
  readonly #waiting: Waiting[] = []
  readonly #running = new Map<string, Promise<void>>()
  #slots: number
  #closed = false

  constructor(options: RunQueueOptions) {
    this.#options = options
    this.#slots = options.slots
  }

  get slots(): number {
    return this.#slots
  }

  /** Runs that wait, the next first. */
  get waiting(): string[] {
    return this.#waiting.map(({ id }) => id)
  }

  /** Runs that are being executed; adopted ones may be more than there are slots. */
  get running(): string[] {
    return [...this.#running.keys()]
  }

  add(run: Waiting): void {
    const { priority, at } = run
    const behind = this.#waiting.findIndex(
      (other) => other.priority < priority || (other.priority === priority && other.at > at),
    )
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, run)
    this.#fill()
    this.#options.onChange()
  }

  /** Counts a run that is executed already, until `end` resolves. */
  occupy(id: string, end: Promise<void>): void {
    this.#running.set(id, this.#free(id, end))
    this.#options.onChange()
  }

  /** Whether the run waits or is being executed. */
  has(id: string): boolean {
    return this.#running.has(id) || this.#waiting.some((other) => other.id === id)
  }

  /** Answers when the run is not being executed any more. */
  async ended(id: string): Promise<void> {
    await this.#running.get(id)
  }

  /** Takes a waiting run back; false when it does not wait. */
  remove(id: string): boolean {
    const index = this.#waiting.findIndex((other) => other.id === id)
    if (index < 0) return false
    this.#waiting.splice(index, 1)
    this.#options.onChange()
    return true
  }

  /** Runs that are being executed stay so when there are fewer slots. */
  setSlots(slots: number): void {
    this.#slots = slots
    this.#fill()
    this.#options.onChange()
  }

  /** Begins no run any more; what waits goes on waiting. */
  close(): void {
    this.#closed = true
  }

  /** Answers when no run is being executed any more. */
  async drained(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  #fill(): void {
    while (!this.#closed && this.#running.size < this.#slots && this.#waiting.length > 0) {
      const { id } = this.#waiting.shift()!
      this.#running.set(id, this.#free(id, this.#options.execute(id)))
    }
  }

  async #free(id: string, end: Promise<void>): Promise<void> {
    await end
    this.#running.delete(id)
    this.#fill()
    this.#options.onChange()
  }
}
