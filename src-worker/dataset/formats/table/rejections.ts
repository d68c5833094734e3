import { Problem } from '#contract/problem.ts'

/** Why rows are not usable, by row number. */
export class Rejections {
  private readonly reasons = new Map<number, string[]>()

  add(row: number, reason: string): void {
    this.reasons.set(row, [...(this.reasons.get(row) ?? []), reason])
  }

  has(row: number): boolean {
    return this.reasons.has(row)
  }

  /** Throws `rows-rejected` with the first ten rows and the number of all, if there is any. */
  throwIfAny(path: string, rows: number): void {
    if (this.reasons.size === 0) return
    const listed = [...this.reasons].sort(([a], [b]) => a - b).slice(0, 10)
    const texts = listed.map(([row, reasons]) => `row ${row}: ${reasons.join(', ')}`)
    const rest = this.reasons.size - listed.length
    const more = rest > 0 ? `; and ${rest} more` : ''
    throw new Problem(
      'rows-rejected',
      path,
      `${this.reasons.size} of ${rows} rows: ${texts.join('; ')}${more}`,
    )
  }
}
