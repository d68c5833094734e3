import type { SpaceConfig } from '../config.ts'

export type SourcePair = [string, string]

/**
 * The pairs of sources that a cell may read behind the pairs of earlier cells, each in the order of the sources.
 *
 * `free`: sources are features and earlier cells; no two cells read the same pair.
 * `bmnas-v3` (BM-NAS's public code): only features; a pair must contain a feature that no earlier cell uses, as long
 * as there is one, and then differ from the pairs before.
 *
 * @param sourcesOf What the cell at an index can read; the first cell only features.
 * @param earlier The pairs of the cells before, in their order.
 */
export function allowedPairs(
  derivation: SpaceConfig['derivation'],
  sourcesOf: (cell: number) => readonly string[],
  earlier: readonly SourcePair[],
): SourcePair[] {
  const isNew = (pair: SourcePair) => !earlier.some((other) => isSamePair(other, pair))
  if (derivation === 'free') return pairsOf(sourcesOf(earlier.length)).filter(isNew)
  const pairs = pairsOf(sourcesOf(0))
  const used = new Set(earlier.flat())
  const fresh = pairs.filter((pair) => pair.some((feature) => !used.has(feature)))
  if (fresh.length > 0) return fresh
  const unrepeated = pairs.filter(isNew)
  return unrepeated.length > 0 ? unrepeated : pairs
}

/** Every two of the sources. */
export function pairsOf(sources: readonly string[]): SourcePair[] {
  return sources.flatMap((a, i) => sources.slice(i + 1).map((b): SourcePair => [a, b]))
}

/** Whether two pairs are the same in either order. */
export const isSamePair = (a: SourcePair, b: SourcePair): boolean => a.includes(b[0]) && a.includes(b[1])
