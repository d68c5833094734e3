/** What a benchmark found. */
interface Verdict {
  /** The figure beside its target, one line. */
  figure: string
  /** Whether the target is met. */
  met: boolean
}

/** A measurement with a target. */
export interface Benchmark {
  readonly name: string
  /** What is measured, one line. */
  readonly about: string
  /** The options that it takes, as help shows them. */
  readonly usage: string
  /**
   * Measures, and prints the raw numbers as JSON.
   * @throws CannotMeasure where this machine does not allow it
   */
  run(args: string[]): Promise<Verdict>
}

/** This machine lacks what the measurement needs; nothing is known about the target. */
export class CannotMeasure extends Error {}

/** A whole number of at least 1 from an option. @throws TypeError that names the option */
export function countFrom(option: string, text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new TypeError(`--${option} ${text} is no count`)
  return count
}
