import { splitWords } from '../formats/table/read-records.ts'
import { parseVector } from '../formats/table/read-vectors.ts'

/** The filled cells of one column among the examined rows, blanks around them taken off. */
export interface ColumnValues {
  readonly name: string
  readonly values: readonly string[]
  readonly distinct: ReadonlySet<string>
  readonly missing: number
  /** Cells that hold what no table column can, such as bytes. */
  readonly unreadable: number
}

/** What the values of a column look like. */
export type ColumnShape = 'image' | 'vector' | 'number' | 'split' | 'words' | 'word' | 'nothing'

const imageEnding = /\.(png|jpe?g|webp|gif|tiff?|avif|svg)$/i
/** So many of the values must look alike; the rest is what a report is for. */
const most = 0.8

export function shapeOf({ values, distinct, unreadable }: ColumnValues): ColumnShape {
  if (values.length === 0 || unreadable > values.length) return 'nothing'
  const isMost = (test: (value: string) => boolean) => values.filter(test).length >= most * values.length
  if (isMost((value) => imageEnding.test(value))) return 'image'
  if ([...distinct].every((value) => splitWords.has(value.toLowerCase())) && distinct.size > 1) return 'split'
  const lengths = values.map((value) => parseVector(value)?.length ?? 0)
  if (lengths.filter((length) => length > 1).length >= most * values.length) return 'vector'
  if (lengths.filter((length) => length === 1).length >= most * values.length) return 'number'
  const spaced = values.filter((value) => /\s/.test(value)).length
  return spaced >= 0.3 * values.length ? 'words' : 'word'
}

/** Whether values come back often enough to be classes or groups. */
export const repeats = ({ values, distinct }: ColumnValues, times: number): boolean =>
  distinct.size > 1 && values.length >= times * distinct.size
