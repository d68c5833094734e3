import { reservedModalityNames } from '../dataset.ts'

/** A modality's name made from that of its column; one that is taken, or that a run needs for itself, gets a number. */
export function modalityNameFromColumn(column: string, taken: Iterable<string>): string {
  const name = plainName(column)
  const used = new Set([...reservedModalityNames, ...taken])
  return [name, ...[...used].map((_, i) => `${name}-${i + 2}`)].find((each) => !used.has(each))!
}

/** `Product Photo` becomes `product-photo`; what has no Latin letters becomes `modality`. */
function plainName(column: string): string {
  const name = column
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 28)
    .replace(/-+$/, '')
  return name || 'modality'
}
