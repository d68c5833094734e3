import type { ColumnRole } from '#contract/dataset/report.ts'
import type { ModalityType } from '#contract/dataset.ts'
import { repeats, shapeOf, type ColumnShape, type ColumnValues } from './column-values.ts'
import { severalLabelsOf, type SeveralLabels } from './several-labels.ts'

export interface RoleGuess {
  role: ColumnRole
  type: ModalityType
  /** What stands between several labels in its cells, if anything does. */
  separator: string | null
  /** For people. */
  reason: string
}
type Guess = Omit<RoleGuess, 'separator'>

const labelName =
  /(^|[^a-z])(labels?|class(es)?|categor(y|ie)s?|targets?|genres?|topics?|kind|type|y|shape)([^a-z]|$)/i
const groupName =
  /(^|[^a-z])(group|patient|subject|family|user|person|session|video|author|series|owner|site)(_?id)?([^a-z]|$)/i
const textName =
  /(^|[^a-z])(text|title|name|caption|description|sentence|review|comment|question|summary)([^a-z]|$)/i
const idName = /(^|[^a-z])(id|index|uuid|key|hash|url|row)$/i
const mostClasses = 200

/**
 * What each column is most likely for. There is one label at most: the column whose name says so, else the one with
 * the fewest values, or labels in its cells, that come back; one split; one group.
 */
export function guessRoles(columns: readonly ColumnValues[]): RoleGuess[] {
  const shapes = columns.map(shapeOf)
  const several = columns.map((column, at) => (isWordy(shapes[at]!) ? severalLabelsOf(column) : null))
  const split = shapes.indexOf('split')
  const label = guessLabel(columns, shapes, several)
  const group = columns.findIndex(
    (column, at) =>
      at !== label && groupName.test(column.name) && repeats(column, 1.05) && shapes[at] !== 'image',
  )
  const guessed = columns.map((column, at): Guess => {
    const type = typeOf(shapes[at]!)
    const { size } = column.distinct
    if (at === label && several[at]) return { role: 'label', type, reason: describeSeveral(several[at]) }
    if (at === split) return { role: 'split', type, reason: 'its values are names of splits' }
    if (at === label) return { role: 'label', type, reason: `its ${size} values come back often` }
    if (at === group) return { role: 'group', type, reason: `its name says so, and ${size} values come back` }
    return guessModality(column, shapes[at]!)
  })
  return guessed.map((guess, at) => ({ ...guess, separator: several[at]?.separator ?? null }))
}

const isWordy = (shape: ColumnShape): boolean => shape === 'word' || shape === 'words'

const describeSeveral = ({ separator, distinct }: SeveralLabels): string =>
  separator === null
    ? `its cells are lists of ${distinct} labels`
    : `its cells hold several of ${distinct} labels, with “${separator}” between them`

function guessLabel(
  columns: readonly ColumnValues[],
  shapes: readonly ColumnShape[],
  several: readonly (SeveralLabels | null)[],
): number {
  const candidates = columns.flatMap((column, at) => {
    const { distinct } = column
    if (groupName.test(column.name)) return []
    const rankOf = (classes: number) => (labelName.test(column.name) ? 0 : 1e6) + classes
    if (several[at]) return [{ at, rank: rankOf(several[at].distinct) }]
    const fits =
      (isWordy(shapes[at]!) || shapes[at] === 'number') && repeats(column, 3) && distinct.size <= mostClasses
    const isWhole = shapes[at] !== 'number' || [...distinct].every((value) => /^\d+$/.test(value))
    return fits && isWhole ? [{ at, rank: rankOf(distinct.size) }] : []
  })
  return candidates.toSorted((a, b) => a.rank - b.rank)[0]?.at ?? -1
}

function guessModality({ name, values, distinct, missing }: ColumnValues, shape: ColumnShape): Guess {
  const type = typeOf(shape)
  const gaps = missing > values.length ? 'most of its cells are empty' : ''
  switch (shape) {
    case 'image':
      return { role: 'modality', type, reason: 'its values are names of picture files' }
    case 'vector':
      return { role: gaps ? 'unused' : 'modality', type, reason: gaps || 'its values are lists of numbers' }
    case 'words': {
      const varied = distinct.size > 0.2 * values.length
      const reason = gaps || (varied ? 'its values are texts' : 'the same few texts come back')
      return { role: varied && !gaps ? 'modality' : 'unused', type, reason }
    }
    case 'number':
      return {
        role: 'unused',
        type,
        reason: gaps || 'it holds one number a row; say so if that is a modality',
      }
    case 'split':
      return { role: 'unused', type, reason: 'another column already names the splits' }
    case 'nothing':
      return { role: 'unused', type, reason: 'it is empty, or holds bytes or structures' }
    case 'word': {
      if (textName.test(name) && !gaps)
        return { role: 'modality', type, reason: 'its name says that it holds texts' }
      const isId = idName.test(name) || distinct.size === values.length
      return {
        role: 'unused',
        type,
        reason: isId ? 'its values name each row' : 'its values are single words',
      }
    }
  }
}

function typeOf(shape: ColumnShape): ModalityType {
  if (shape === 'image') return 'image'
  return shape === 'vector' || shape === 'number' ? 'vector' : 'text'
}
