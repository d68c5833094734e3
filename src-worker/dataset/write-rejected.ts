import type { RejectedCell } from '#contract/dataset/report.ts'
import { writeAtomically } from '../run-directory/atomic-file.ts'
import { encodeJsonLine } from '../run-directory/json.ts'

/** Rejected cells as JSON lines, for reading in pages. Throws `data-folder-unwritable`. */
export function writeRejected(path: string, cells: readonly RejectedCell[]): void {
  writeAtomically(path, cells.map((cell) => `${encodeJsonLine(cell)}\n`).join(''))
}
