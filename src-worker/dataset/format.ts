import type { DatasetSpec } from '#contract/dataset.ts'
import type { Dataset } from './dataset.ts'

export interface LoadOptions {
  /** Where decoded images are kept; made when it is missing. */
  cacheFolder: string
}

/** One kind of source that datasets come from. */
export interface DatasetFormat<Spec extends DatasetSpec> {
  /** Reads and checks the whole dataset. Throws a Problem, and stores nothing, when it is not usable. */
  load(spec: Spec, options: LoadOptions): Promise<Dataset>
}
