/** Pixels. */
export const rowHeight = 30
const headHeight = 32
/** Rows drawn beyond the edges, so that a turn of the wheel finds them there. */
const overscan = 12

export interface RowsInView {
  /** Rows to draw, both included; `last` is −1 where there are none. */
  first: number
  last: number
  firstVisible: number
}

/** Which of `total` rows are in view, and those around them. */
export function rowsInView(scrollTop: number, height: number, total: number): RowsInView {
  const firstVisible = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight)), Math.max(0, total - 1))
  const end = firstVisible + Math.ceil(height / rowHeight)
  return {
    first: Math.max(0, firstVisible - overscan),
    last: Math.min(total - 1, end + overscan),
    firstVisible,
  }
}

/** Where to scroll so that the row is wholly in sight below the head; null if it is. */
export function scrollTopFor(index: number, scrollTop: number, height: number): number | null {
  const top = index * rowHeight
  if (top < scrollTop) return top
  const bottom = top + rowHeight + headHeight
  return bottom > scrollTop + height ? bottom - height : null
}
