/** Consecutive batches of at most `size`. */
export function batchesOf<T>(rows: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
}

/** Consecutive batches of exactly `size`; what is left over is left out. */
export function wholeBatches<T>(rows: readonly T[], size: number): T[][] {
  return batchesOf(rows, size).filter((batch) => batch.length === size)
}
