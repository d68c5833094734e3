import type { Genotype } from '#contract/genotype.ts'
import { Problem } from '#contract/problem.ts'
import { playersOf } from './players.ts'
import { type FusionSpace, sourcesOfCell, sourcesOfNode } from './space.ts'

type Pair = [string, string]

/**
 * The genotype that scores choose: per inner node the strongest operation and its two strongest predecessors, per cell
 * the pair of sources with the largest product of scores. Every pair is ordered, the stronger source first. Ties go to
 * the earlier player.
 *
 * `free`: sources are features and earlier cells; no two cells read the same pair.
 * `bmnas-v3` (BM-NAS's public code): only features; a pair must contain a feature that no earlier cell uses, as long
 * as there is one, and then differ from the pairs before.
 *
 * @param scores One per player, not negative: the mixture weights to derive by α, exp(φ) to derive by φ (so that the
 * values of a pair add up).
 */
export function derive(space: FusionSpace, scores: ArrayLike<number>): Genotype {
  const scoreOf = new Map(playersOf(space).map((player, i) => [player.id, scores[i]]))
  const score = (id: string) => scoreOf.get(id)!
  const taken: Pair[] = []
  const cells = Array.from({ length: space.config.cells }, (_, cell) => {
    const weigh = (source: string) => score(`cell${cell}/edge/${source}`)
    const inputs = strongestPair(allowedPairs(space, cell, taken), weigh)
    taken.push(inputs)
    const nodes = Array.from({ length: space.config.steps }, (_, node) => {
      const at = `cell${cell}/node${node}`
      return {
        operation: strongest(space.operations, (name) => score(`${at}/op/${name}`)),
        inputs: strongestPair(pairsOf(sourcesOfNode(node)), (source) => score(`${at}/edge/${source}`)),
      }
    })
    return { inputs, nodes }
  })
  return { space: space.config.name, cells }
}

/** Scores from which `derive` finds the genotype again: 1 for what is chosen (½ for the second of a pair), else 0. */
export function encode(space: FusionSpace, genotype: Genotype): number[] {
  const scores = new Map(playersOf(space).map((player) => [player.id, 0]))
  const choose = (decision: string, label: string, score: number) => {
    const id = `${decision}/${label}`
    if (!scores.has(id)) throw new Problem('bad-configuration', 'genotype', `the space has no choice ${id}`)
    scores.set(id, score)
  }
  genotype.cells.forEach((cell, i) => {
    cell.inputs.forEach((source, k) => choose(`cell${i}/edge`, source, k === 0 ? 1 : 0.5))
    cell.nodes.forEach((node, j) => {
      node.inputs.forEach((source, k) => choose(`cell${i}/node${j}/edge`, source, k === 0 ? 1 : 0.5))
      choose(`cell${i}/node${j}/op`, node.operation, 1)
    })
  })
  return [...scores.values()]
}

function allowedPairs(space: FusionSpace, cell: number, taken: readonly Pair[]): Pair[] {
  const isNew = ([a, b]: Pair) => !taken.some((pair) => pair.includes(a) && pair.includes(b))
  if (space.config.derivation === 'free') return pairsOf(sourcesOfCell(space, cell)).filter(isNew)
  const pairs = pairsOf(sourcesOfCell(space, 0))
  const used = new Set(taken.flat())
  const fresh = pairs.filter((pair) => pair.some((feature) => !used.has(feature)))
  if (fresh.length > 0) return fresh
  const unrepeated = pairs.filter(isNew)
  return unrepeated.length > 0 ? unrepeated : pairs
}

function pairsOf(sources: readonly string[]): Pair[] {
  return sources.flatMap((a, i) => sources.slice(i + 1).map((b): Pair => [a, b]))
}

function strongestPair(pairs: readonly Pair[], score: (source: string) => number): Pair {
  const [a, b] = strongest(pairs, ([first, second]) => score(first) * score(second))
  return score(b) > score(a) ? [b, a] : [a, b]
}

function strongest<T>(candidates: readonly T[], score: (candidate: T) => number): T {
  return candidates.reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best))
}
