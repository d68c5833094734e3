import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rejectedCell, type RejectedCell } from '#contract/dataset/report.ts'
import { Problem } from '#contract/problem.ts'

/** Drafts that are kept; an older one is gone when a further one is made. */
const mostDrafts = 8

export interface RejectedPage {
  total: number
  cells: RejectedCell[]
}

/** A page of a file of rejected cells; none where there is no file. */
export function readRejected(
  path: string,
  { offset, limit }: { offset: number; limit: number },
): RejectedPage {
  if (!existsSync(path)) return { total: 0, cells: [] }
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  const cells = lines.slice(offset, offset + limit).map((line) => rejectedCell.parse(JSON.parse(line)))
  return { total: lines.length, cells }
}

/** Files of rejected cells of tables that were checked but not imported; they lie outside the data folder. */
export class Drafts {
  readonly #files = new Map<string, string>()
  #folder: string | undefined

  /** A new draft and the file for its cells. */
  create(): { draft: string; path: string } {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'shapwright-drafts-'))
    const draft = randomBytes(12).toString('hex')
    const path = join(this.#folder, `${draft}.ndjson`)
    this.#files.set(draft, path)
    const [oldest] = this.#files
    if (this.#files.size > mostDrafts) this.#drop(...oldest)
    return { draft, path }
  }

  /** @throws Problem `bad-request` for a draft that is not kept any more */
  file(draft: string): string {
    const path = this.#files.get(draft)
    if (path !== undefined) return path
    throw new Problem('bad-request', 'report', 'it is not kept any more; check the table again')
  }

  close(): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true })
  }

  #drop(draft: string, path: string): void {
    rmSync(path, { force: true })
    this.#files.delete(draft)
  }
}
