import { element, escapeMarkup } from '#contract/drawing/markup.ts'

/** A part of the report; empty where there is nothing to say yet. */
export function section(id: string, title: string, ...content: string[]): string {
  const filled = content.filter((part) => part !== '')
  if (filled.length === 0) return ''
  return element('section', { id }, element('h2', {}, escapeMarkup(title)), ...filled)
}

export const paragraph = (text: string): string => element('p', {}, escapeMarkup(text))
export const note = (text: string): string => element('p', { class: 'note' }, escapeMarkup(text))

/** A cell that is text, or markup with how it looks. */
export type Cell = string | { markup: string; style?: string; header?: boolean }

/** A table; the first column names the row, the others are figures. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return ''
  const head = columns.map((name, i) =>
    element('th', { scope: 'col', class: i === 0 ? undefined : 'figure' }, escapeMarkup(name)),
  )
  const body = rows.map((cells) => element('tr', {}, ...cells.map(cellOf)))
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': columns.join(', ') },
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body)),
  )
}

function cellOf(cell: Cell, column: number): string {
  const { markup, style } = typeof cell === 'string' ? { markup: escapeMarkup(cell), style: undefined } : cell
  if (column === 0) return element('th', { scope: 'row', style }, markup)
  return element('td', { class: 'figure', style }, markup)
}
