/** Cells folded by the reader, as they stand in the address: `0,2`, `none`; null where nothing was wanted. */
export function cellsFromText(text: string): number[] | null {
  if (text === '') return null
  return text
    .split(',')
    .filter((part) => /^\d+$/.test(part))
    .map(Number)
}

export const textFromCells = (cells: readonly number[]): string =>
  cells.length === 0 ? 'none' : cells.join(',')
