import { basename, extname } from 'node:path'
import type { SplitName, TableSpec } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import { createDataset } from '../dataset.ts'
import type { Dataset } from '../dataset.ts'
import type { DatasetFormat } from '../format.ts'
import { missingClasses } from './missing-classes.ts'
import { assignSplits, checkSplits } from './table/assign-splits.ts'
import { findLeaks } from './table/find-leaks.ts'
import { readSamples } from './table/read-samples.ts'
import type { TableReading } from './table/read-samples.ts'

const fewestSamples = 10
/** A label with more values than this is rather a name of each sample. */
const mostClasses = 1000

/**
 * A user's own table. All of it is checked before anything is stored: one unusable row refuses the table, and the
 * Problem names rows and reasons, unless the specification leaves such rows out. Classes stand in code-unit order; a sample
 * may have several of them, or none, see `labelReadingOf`. Without a split column the classes are divided 60/20/20, equal samples (or those of one group) together, see
 * `assignSplits`; with one, samples that repeat across splits are warned of.
 */
export const table: DatasetFormat<TableSpec> = {
  async load(spec, options) {
    const reading = await readSamples(spec, options)
    refuseRejected(spec, reading)
    const { dataset } = assembleTable(spec, reading)
    checkTable(spec, dataset)
    for (const { store } of reading.columns) store()
    return dataset
  },
}

/** Throws `rows-rejected` when rows are unusable and the specification does not leave them out. */
export function refuseRejected(spec: TableSpec, { rejections, rows }: TableReading): void {
  if (rejections.rowCount > 0 && spec.unusableRows === 'refuse') throw rejections.problem(spec.path, rows)
}

interface AssembledTable {
  dataset: Dataset
  /** What stands in training and in an evaluation split as well. */
  leaks: string[]
}

/** The usable rows as a dataset, which may still be unfit for a search. Throws `dataset-unusable` where no dataset is left. */
export function assembleTable(
  spec: TableSpec,
  { task, records, columns, rejections, rows }: TableReading,
): AssembledTable {
  const { path } = spec
  const classes = [...new Set(records.flatMap(({ labels }) => labels))].sort()
  if (records.length === 0) throw new Problem('dataset-unusable', path, 'no row of it is usable')
  if (classes.length === 0) throw new Problem('dataset-unusable', path, 'no sample has a label')
  if (classes.length < 2) throw new Problem('dataset-unusable', path, 'all samples are of one class')
  if (classes.length > mostClasses) {
    const detail = `the column ${spec.label} has ${classes.length} different values, which are too many for classes`
    throw new Problem('dataset-unusable', path, detail)
  }
  const labels = new Map(classes.map((name, label) => [name, label]))
  const labelled = records.map((record) => record.labels.map((name) => labels.get(name)!))
  const rarest = rarestOf(labelled)
  const contents = contentsOf(columns)
  const units = records.map(({ row, group, split }, index) => {
    return { label: rarest[index]!, group: group ?? (split ? `row ${row}` : contents[index]!) }
  })
  const chosen = assignSplits(units, spec.salt)
  const splits = records.map(({ split }, index) => split ?? chosen[index]!)
  const rowNumbers = records.map(({ row }) => row)
  const names = Object.keys(spec.modalities)
  const indicesOf = (name: SplitName) => splits.flatMap((split, index) => (split === name ? [index] : []))
  const leaks = [
    ...findLeaks('sample', contents, splits, rowNumbers),
    ...columns.flatMap(({ values, contents }, at) =>
      values.type === 'image' ? findLeaks(`${names[at]} picture`, contents, splits, rowNumbers) : [],
    ),
  ]
  const { rowCount } = rejections
  const leftOut = rowCount > 0 ? [`${rowCount} of ${rows} rows cannot be used and are left out`] : []
  const parts = {
    name: basename(path, extname(path)),
    modalities: columns.map(({ values }, at) => ({ name: names[at]!, values })),
    task,
    classes,
    samples: units.map(({ group }, index) => ({
      id: `row ${rowNumbers[index]}`,
      labels: labelled[index]!,
      group,
    })),
    splits: { train: indicesOf('train'), validation: indicesOf('validation'), test: indicesOf('test') },
  }
  const missing = task === 'multi-label' ? missingClasses(parts).map(({ text }) => text) : []
  return { dataset: createDataset({ ...parts, warnings: [...leftOut, ...missing, ...leaks] }), leaks }
}

/** Of every sample the label that the fewest samples have, the first of equals; −1 without labels. */
function rarestOf(labelled: readonly (readonly number[])[]): number[] {
  const counts: number[] = []
  for (const label of labelled.flat()) counts[label] = (counts[label] ?? 0) + 1
  return labelled.map((labels) =>
    labels.reduce((best, label) => (best >= 0 && counts[best]! <= counts[label]! ? best : label), -1),
  )
}

/** One short text a sample, equal for samples that are equal in all modalities. */
export function contentsOf(columns: TableReading['columns']): string[] {
  const [first] = columns
  return first!.contents.map((_, index) => columns.map(({ contents }) => contents[index]!).join(' '))
}

/** Throws `dataset-unusable` unless a search can learn from the dataset and be measured on it. */
export function checkTable({ path }: TableSpec, dataset: Dataset): void {
  const { length } = dataset.samples
  if (length < fewestSamples) {
    const detail = `${length} samples are too few; ${fewestSamples} are the least`
    throw new Problem('dataset-unusable', path, detail)
  }
  checkSplits(path, dataset)
}
