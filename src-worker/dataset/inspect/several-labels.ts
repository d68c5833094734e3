import { parseLabelList } from '../formats/table/read-labels.ts'
import type { ColumnValues } from './column-values.ts'

export interface SeveralLabels {
  /** What stands between the labels of a cell; null where cells are lists. */
  separator: string | null
  /** Different labels. */
  distinct: number
}

const separators = ['|', ';', ',', '/']
/** Cells that hold the separator, at least. */
const fewest = 0.1
/** How often a label comes back on average, at least. */
const repeats = 3
const mostLabels = 1000
/** A label is a word or a few. */
const longestLabel = 40

/**
 * How cells would be read as several labels each: as lists, or around a separator that many of them hold and between which
 * the same parts come back, fewer of them than there are different cells. Null where nothing says so.
 */
export function severalLabelsOf({ values, distinct }: ColumnValues): SeveralLabels | null {
  if (values.length === 0) return null
  const lists = values.flatMap((value) => parseLabelList(value) ?? [])
  if (values.every((value) => parseLabelList(value) !== undefined))
    return { separator: null, distinct: new Set(lists).size }
  for (const separator of separators) {
    const held = values.filter((value) => value.includes(separator)).length
    if (held < fewest * values.length) continue
    const parts = values.flatMap((value) => value.split(separator).map((part) => part.trim()))
    const different = new Set(parts.filter((part) => part !== ''))
    const fits =
      parts.length >= repeats * different.size &&
      different.size < distinct.size &&
      different.size <= mostLabels &&
      [...different].every((part) => part.length <= longestLabel)
    if (fits) return { separator, distinct: different.size }
  }
  return null
}
