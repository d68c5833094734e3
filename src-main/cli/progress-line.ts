import type { WriteStream } from 'node:tty'

/** Milliseconds between two lines where the output is no terminal. */
const lineIntervalMs = 15_000

/** The line that says how far a run is: rewritten in place on a terminal, repeated now and then in a log. */
export class ProgressLine {
  readonly #stream: WriteStream
  #shownAt = 0
  #width = 0

  constructor(stream: WriteStream) {
    this.#stream = stream
  }

  show(text: string): void {
    if (this.#stream.isTTY) {
      const cut = text.slice(0, this.#stream.columns - 1)
      this.#stream.write(`\r${cut.padEnd(this.#width)}`)
      this.#width = cut.length
      return
    }
    if (Date.now() - this.#shownAt < lineIntervalMs) return
    this.#shownAt = Date.now()
    this.#stream.write(`${text}\n`)
  }

  /** A line of its own that stays. */
  say(text: string): void {
    this.clear()
    this.#stream.write(`${text}\n`)
  }

  clear(): void {
    if (!this.#stream.isTTY || this.#width === 0) return
    this.#stream.write(`\r${' '.repeat(this.#width)}\r`)
    this.#width = 0
  }
}
