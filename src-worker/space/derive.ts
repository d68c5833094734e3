import { allowedPairs, pairsOf, type SourcePair } from '#contract/config/derivation.ts'
import type { Genotype } from '#contract/genotype.ts'
import { Problem } from '#contract/problem.ts'
import { playersOf } from './players.ts'
import { type FusionSpace, sourcesOfCell, sourcesOfNode } from './space.ts'

/**
 * The genotype that scores choose: per inner node the strongest operation and its two strongest predecessors, per cell
 * the pair of sources with the largest product of scores. Every pair is ordered, the stronger source first. Ties go to
 * the earlier player. `allowedPairs` says which pairs a cell may read.
 *
 * @param scores One per player, not negative: the mixture weights to derive by α, exp(φ) to derive by φ (so that the
 * values of a pair add up).
 */
export function derive(space: FusionSpace, scores: ArrayLike<number>): Genotype {
  const scoreOf = new Map(playersOf(space).map((player, i) => [player.id, scores[i]]))
  const score = (id: string) => scoreOf.get(id)!
  const sourcesOf = (cell: number) => sourcesOfCell(space, cell)
  const taken: SourcePair[] = []
  const cells = Array.from({ length: space.config.cells }, (_, cell) => {
    const weigh = (source: string) => score(`cell${cell}/edge/${source}`)
    const inputs = strongestPair(allowedPairs(space.config.derivation, sourcesOf, taken), weigh)
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

function strongestPair(pairs: readonly SourcePair[], score: (source: string) => number): SourcePair {
  const [a, b] = strongest(pairs, ([first, second]) => score(first) * score(second))
  return score(b) > score(a) ? [b, a] : [a, b]
}

function strongest<T>(candidates: readonly T[], score: (candidate: T) => number): T {
  return candidates.reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best))
}
