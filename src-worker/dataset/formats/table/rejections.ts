import type { RejectedCell } from '#contract/dataset/report.ts'
import { Problem } from '#contract/problem.ts'

/** Characters of a value that are kept to show what was meant. */
const longestValue = 200

/** What is not usable in a table, and why. */
export class Rejections {
  readonly #cells: RejectedCell[] = []
  readonly #rows = new Set<number>()

  add({ row, column, value, reason }: RejectedCell): void {
    const shown = value !== null && value.length > longestValue ? `${value.slice(0, longestValue)}…` : value
    this.#cells.push({ row, column, value: shown, reason })
    this.#rows.add(row)
  }

  has(row: number): boolean {
    return this.#rows.has(row)
  }

  /** Rows with at least one rejected cell. */
  get rowCount(): number {
    return this.#rows.size
  }

  /** In the order of the rows; of one row in the order in which its faults were found. */
  cells(): RejectedCell[] {
    return this.#cells.toSorted((a, b) => a.row - b.row)
  }

  /** `rows-rejected` with the first ten rows and the number of all. */
  problem(path: string, rows: number): Problem {
    const byRow = Map.groupBy(this.cells(), ({ row }) => row)
    const listed = [...byRow].slice(0, 10).map(([row, cells]) => {
      return `row ${row}: ${cells.map(textFromCell).join(', ')}`
    })
    const rest = this.rowCount - listed.length
    const more = rest > 0 ? `; and ${rest} more` : ''
    return new Problem('rows-rejected', path, `${this.rowCount} of ${rows} rows: ${listed.join('; ')}${more}`)
  }
}

/** `measures "1 2 x": it is not a list of finite numbers` */
function textFromCell({ column, value, reason }: RejectedCell): string {
  if (column === null) return reason
  return value ? `${column} ${JSON.stringify(value)}: ${reason}` : `${column}: ${reason}`
}
