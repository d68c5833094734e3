import type { DatasetSpec } from '#contract/dataset.ts'
import type { Dataset } from './dataset.ts'

export interface LoadOptions {
  /** Where decoded images are kept; made when it is missing. */
  cacheFolder: string
  /** Aborted when the reading is to stop; its reason is thrown. */
  signal?: AbortSignal
  /** Told how much of what takes long is done, 0–1, and what it is. */
  onProgress?: (done: number, doing: string) => void
}

/** One kind of source that datasets come from. */
export interface DatasetFormat<Spec extends DatasetSpec> {
  /** Reads and checks the whole dataset. Throws a Problem, and stores nothing, when it is not usable. */
  load(spec: Spec, options: LoadOptions): Promise<Dataset>
}
