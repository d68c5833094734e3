import type { DatasetSpec } from '#contract/dataset.ts'
import type { Dataset } from '../dataset.ts'
import type { DatasetFormat, LoadOptions } from '../format.ts'
import { emoji8 } from './emoji8.ts'
import { icons18 } from './icons18.ts'
import { table } from './table.ts'

const formats: { [K in DatasetSpec['kind']]: DatasetFormat<Extract<DatasetSpec, { kind: K }>> } = {
  emoji8,
  icons18,
  table,
}

/**
 * The dataset of a specification, in memory and checked. The same specification and files give the same hash in any
 * process, folder and locale. Throws `table-malformed`, `column-missing`, `rows-rejected`, `dataset-unusable`,
 * `file-not-found`, `file-unreadable` and `data-folder-unwritable`.
 */
export function loadDataset(spec: DatasetSpec, options: LoadOptions): Promise<Dataset> {
  // the cases look alike, but only so does TypeScript see that each format gets its own specification
  switch (spec.kind) {
    case 'emoji8':
      return formats.emoji8.load(spec, options)
    case 'icons18':
      return formats.icons18.load(spec, options)
    case 'table':
      return formats.table.load(spec, options)
  }
}
