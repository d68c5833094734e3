import { basename, dirname, extname, resolve } from 'node:path'
import type { ModalityType } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import { createDataset } from '../dataset.ts'
import type { Dataset, SplitName } from '../dataset.ts'
import type { DatasetFormat } from '../format.ts'
import { assignSplits, checkSplits } from './table/assign-splits.ts'
import type { Cell, Column } from './table/column.ts'
import { findLeaks } from './table/find-leaks.ts'
import { readImages } from './table/read-images.ts'
import type { ImageOptions } from './table/read-images.ts'
import { checkColumns, readRecords } from './table/read-records.ts'
import type { TableRecord, TableSpec } from './table/read-records.ts'
import { readTable } from './table/read-table.ts'
import { readTexts } from './table/read-texts.ts'
import { readVectors } from './table/read-vectors.ts'
import { Rejections } from './table/rejections.ts'

const fewestSamples = 10

const readers: Record<
  ModalityType,
  (cells: readonly Cell[], options: ImageOptions) => Column | Promise<Column>
> = {
  image: readImages,
  text: readTexts,
  vector: readVectors,
}

/**
 * A user's own table. All of it is checked before anything is stored: one unusable row refuses the table, and the
 * Problem names rows and reasons. Classes stand in code-unit order. Without a split column the classes are divided
 * 60/20/20, equal samples (or those of one group) together, see `assignSplits`; with one, samples that repeat across
 * splits are warned of.
 */
export const table: DatasetFormat<TableSpec> = {
  async load(spec, { cacheFolder }) {
    const { path, modalities } = spec
    if (Object.keys(modalities).length < 2)
      throw new Problem('dataset-unusable', path, 'it has fewer than two modalities')
    const content = await readTable(path)
    checkColumns(spec, content)
    const rejections = new Rejections()
    const records = readRecords(spec, content, rejections)
    const options = { folder: dirname(resolve(path)), size: spec.imageSize, cacheFolder }
    const columns: Column[] = []
    for (const [at, { column, type }] of Object.values(modalities).entries()) {
      const cells = records.map(({ row, cells }): Cell => {
        return { text: cells[at]!, reject: (reason) => rejections.add(row, `${column}: ${reason}`) }
      })
      columns.push(await readers[type](cells, options))
    }
    rejections.throwIfAny(path, content.rows.length)
    const dataset = assemble(spec, records, columns)
    for (const { store } of columns) store()
    return dataset
  },
}

function assemble(spec: TableSpec, records: readonly TableRecord[], columns: readonly Column[]): Dataset {
  const { path } = spec
  const classes = [...new Set(records.map(({ label }) => label))].sort()
  if (classes.length < 2) throw new Problem('dataset-unusable', path, 'all samples are of one class')
  if (records.length < fewestSamples)
    throw new Problem(
      'dataset-unusable',
      path,
      `${records.length} samples are too few; ${fewestSamples} are the least`,
    )

  const labels = new Map(classes.map((name, label) => [name, label]))
  const contents = records.map((_, index) => columns.map((column) => column.contents[index]!).join(' '))
  const units = records.map(({ row, label, group, split }, index) => {
    return { label: labels.get(label)!, group: group ?? (split ? `row ${row}` : contents[index]!) }
  })
  const chosen = assignSplits(units, spec.salt)
  const splits = records.map(({ split }, index) => split ?? chosen[index]!)
  checkSplits(path, classes, units, splits)

  const rows = records.map(({ row }) => row)
  const names = Object.keys(spec.modalities)
  const indicesOf = (name: SplitName) => splits.flatMap((split, index) => (split === name ? [index] : []))
  return createDataset({
    name: basename(path, extname(path)),
    modalities: columns.map(({ values }, at) => ({ name: names[at]!, values })),
    classes,
    samples: units.map(({ label, group }, index) => ({ id: `row ${rows[index]}`, label, group })),
    splits: { train: indicesOf('train'), validation: indicesOf('validation'), test: indicesOf('test') },
    warnings: [
      ...findLeaks('samples', contents, splits, rows),
      ...columns.flatMap(({ values, contents }, at) =>
        values.type === 'image' ? findLeaks(`pictures of ${names[at]}`, contents, splits, rows) : [],
      ),
    ],
  })
}
