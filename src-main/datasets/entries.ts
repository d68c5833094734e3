import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { datasetSpec } from '#contract/dataset.ts'
import { importedDataset } from '#contract/dataset/report.ts'
import { Problem } from '#contract/problem.ts'
import { asDataFolderProblem, writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson } from '#worker/run-directory/json.ts'

const storedDataset = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  spec: datasetSpec,
  importedAt: z.number(),
  ...importedDataset.shape,
})
/** What is kept of an imported dataset. */
export type StoredDataset = z.infer<typeof storedDataset>

/**
 * The datasets of a data folder: `library/<id>/dataset.json` says how to read one, what it is and what its import found;
 * `rejected.ndjson` beside it holds the cells that were not usable, one a line. The data itself stays where it is, and what
 * was decoded of it lies in the caches (`datasets/`, `samples/`), which can be deleted. A folder without `dataset.json` is an
 * import that did not come to its end.
 */
export class DatasetEntries {
  readonly #folder: string

  /** Also clears away imports that were cut short; the data folder must be this process's alone. */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'library')
    for (const id of this.#names()) if (!this.has(id)) this.remove(id)
  }

  has(id: string): boolean {
    return existsSync(this.#file(id))
  }

  ids(): string[] {
    return this.#names().filter((id) => this.has(id))
  }

  /** Undefined when there is none. @throws Problem `dataset-damaged` */
  read(id: string): StoredDataset | undefined {
    if (!this.has(id)) return undefined
    const path = this.#file(id)
    const parsed = storedDataset.safeParse(parse(path))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw new Problem('dataset-damaged', path, `${issue.path.join('.')}: ${issue.message}`)
  }

  /** @throws Problem `data-folder-unwritable` */
  write(id: string, dataset: StoredDataset): void {
    writeAtomically(this.#file(id), encodeJson(dataset))
  }

  /** Makes room for a dataset and answers the file of its rejected cells. @throws Problem `data-folder-unwritable` */
  prepare(id: string): string {
    asDataFolderProblem(this.#folder, () => mkdirSync(join(this.#folder, id), { recursive: true }))
    return this.rejectedFile(id)
  }

  rejectedFile(id: string): string {
    return join(this.#folder, id, 'rejected.ndjson')
  }

  remove(id: string): void {
    asDataFolderProblem(this.#folder, () => rmSync(join(this.#folder, id), { recursive: true, force: true }))
  }

  #names(): string[] {
    return existsSync(this.#folder) ? readdirSync(this.#folder) : []
  }

  #file(id: string): string {
    return join(this.#folder, id, 'dataset.json')
  }
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Problem('dataset-damaged', path, (error as Error).message, { cause: error })
  }
}
