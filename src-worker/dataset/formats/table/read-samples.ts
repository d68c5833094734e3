import { dirname, resolve } from 'node:path'
import type { ModalityType, TableSpec, TaskName } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import { selectValues } from '../../dataset.ts'
import type { LoadOptions } from '../../format.ts'
import type { Cell, Column } from './column.ts'
import { readImages } from './read-images.ts'
import type { ImageOptions } from './read-images.ts'
import { checkColumns, readRecords } from './read-records.ts'
import type { TableRecord } from './read-records.ts'
import { readTable } from './read-table.ts'
import { readTexts } from './read-texts.ts'
import { readVectors } from './read-vectors.ts'
import { Rejections } from './rejections.ts'

const readers: Record<
  ModalityType,
  (cells: readonly Cell[], options: ImageOptions) => Column | Promise<Column>
> = {
  image: readImages,
  text: readTexts,
  vector: readVectors,
}

/** What reading a table has given. */
export interface TableReading {
  /** Rows of the table, whether usable or not. */
  rows: number
  rejections: Rejections
  task: TaskName
  /** The usable rows. */
  records: readonly TableRecord[]
  /** One a modality, in the order of the specification: the values of the usable rows. */
  columns: readonly Column[]
}

/**
 * Reads all rows and files of a table. What cannot be used is in the rejections; nothing is judged as a whole yet.
 * Throws `table-malformed`, `column-missing`, `file-not-found`, `file-unreadable`, and `dataset-unusable` for a
 * specification with fewer than two modalities.
 */
export async function readSamples(spec: TableSpec, options: LoadOptions): Promise<TableReading> {
  const { path, modalities } = spec
  if (Object.keys(modalities).length < 2)
    throw new Problem('dataset-unusable', path, 'it has fewer than two modalities')
  options.onProgress?.(0, 'reading the table')
  const { table } = await readTable(path)
  checkColumns(spec, table)
  const rejections = new Rejections()
  const { task, records } = readRecords(spec, table, rejections)
  const columns: Column[] = []
  const readingOptions = { ...options, folder: dirname(resolve(path)), size: spec.imageSize }
  for (const [at, { column, type }] of Object.values(modalities).entries()) {
    const cells = records.map(({ row, cells }): Cell => {
      const value = cells[at]!
      return { text: value, reject: (reason) => rejections.add({ row, column, value, reason }) }
    })
    columns.push(await readers[type](cells, readingOptions))
  }
  return { rows: table.rows.length, rejections, task, ...onlyUsable(records, columns, rejections) }
}

function onlyUsable(
  records: readonly TableRecord[],
  columns: readonly Column[],
  rejections: Rejections,
): Pick<TableReading, 'records' | 'columns'> {
  const kept = records.flatMap(({ row }, index) => (rejections.has(row) ? [] : [index]))
  if (kept.length === records.length) return { records, columns }
  return {
    records: kept.map((index) => records[index]!),
    columns: columns.map(({ values, contents, store }) => ({
      values: selectValues(values, kept),
      contents: kept.map((index) => contents[index]!),
      store,
    })),
  }
}
