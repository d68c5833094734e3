import { z } from 'zod'
import { choicesOf } from '../architecture.ts'
import type { SpaceConfig } from '../config.ts'
import { allowedPairs, isSamePair } from '../config/derivation.ts'
import { operationNames, type Genotype, type OperationName, type Player } from '../genotype.ts'
import { Problem } from '../problem.ts'

/** One choice of a genotype for another candidate of the same decision; all else stays. */
export const swap = z.strictObject({
  /** As players name it: `cell0/node0/op`, `cell1/edge`, `cell0/node1/edge`. */
  decision: z.string().regex(/^cell\d{1,3}\/(?:edge|node\d{1,3}\/(?:edge|op))$/),
  /** What is chosen: an operation, or one source of the pair. */
  from: z.string().min(1).max(200),
  to: z.string().min(1).max(200),
})
export type Swap = z.infer<typeof swap>

/** What the swaps of a genotype have to keep to. */
export interface SwapSpace {
  players: readonly Player[]
  derivation: SpaceConfig['derivation']
}

/** The players that a swap takes out and puts in. */
export const playersOfSwap = ({ decision, from, to }: Swap): { out: string; in: string } => ({
  out: `${decision}/${from}`,
  in: `${decision}/${to}`,
})

/** A swap's own name: the same for equal swaps. */
export const swapKey = ({ decision, from, to }: Swap): string => `${decision}/${from}>${to}`

/** `cell 0, node 0: sum → sparse_glu`; `cell 1, input: text.1 → image.3` */
export function describeSwap({ decision, from, to }: Swap, nameOf = (label: string) => label): string {
  const { cell, node, part } = placeOf(decision)
  const place = node === null ? `cell ${cell}` : `cell ${cell}, node ${node}`
  return `${place}${part === 'edge' ? ', input' : ''}: ${nameOf(from)} → ${nameOf(to)}`
}

/**
 * Every swap of one operation or one source that leads to a genotype which the space's derivation rule allows too, in the
 * order of the players. The new source takes the old one's place in the ordered pair; turning a pair round is no swap,
 * for it takes no other candidate.
 */
export function swapsOf(genotype: Genotype, space: SwapSpace): Swap[] {
  const rivals = Map.groupBy(space.players, ({ decision }) => decision)
  const swaps = choicesOf(genotype).flatMap(({ playerId, label }) => {
    const decision = playerId.slice(0, -label.length - 1)
    return (rivals.get(decision) ?? []).map((player): Swap => ({ decision, from: label, to: player.label }))
  })
  return swaps.filter((candidate) => isAllowed(genotype, candidate, space))
}

/** The genotype after a swap. @throws Problem `bad-configuration` where the genotype does not choose what is swapped. */
export function applySwap(genotype: Genotype, one: Swap): Genotype {
  const { cell, node, part } = placeOf(one.decision)
  const changed = structuredClone(genotype)
  const place = node === null ? changed.cells[cell] : changed.cells[cell]?.nodes[node]
  if (part === 'edge') {
    const at = place?.inputs.indexOf(one.from) ?? -1
    if (at >= 0) {
      place.inputs[at] = one.to
      return changed
    }
  } else if (place && 'operation' in place && place.operation === one.from) {
    place.operation = operationOf(one)
    return changed
  }
  throw new Problem(
    'bad-configuration',
    describeSwap(one),
    `the architecture does not choose ${one.from} there`,
  )
}

function operationOf(one: Swap): OperationName {
  const found = operationNames.find((name) => name === one.to)
  if (found) return found
  throw new Problem('bad-configuration', describeSwap(one), `there is no operation ${one.to}`)
}

/** Whether a swap is one of `swapsOf`. */
export function isAllowed(genotype: Genotype, one: Swap, { players, derivation }: SwapSpace): boolean {
  const { in: wanted, out } = playersOfSwap(one)
  const chosen = new Set(choicesOf(genotype).map(({ playerId }) => playerId))
  if (!chosen.has(out) || chosen.has(wanted) || !players.some(({ id }) => id === wanted)) return false
  if (placeOf(one.decision).node !== null) return true
  const sourcesOf = (cell: number) =>
    players.flatMap((player) => (player.decision === `cell${cell}/edge` ? [player.label] : []))
  const pairs = applySwap(genotype, one).cells.map(({ inputs }) => inputs)
  return pairs.every((pair, cell) =>
    allowedPairs(derivation, sourcesOf, pairs.slice(0, cell)).some((other) => isSamePair(other, pair)),
  )
}

function placeOf(decision: string): { cell: number; node: number | null; part: 'edge' | 'op' } {
  const [, cell, node, part] = /^cell(\d+)\/(?:node(\d+)\/)?(edge|op)$/.exec(decision) ?? []
  if (cell === undefined) throw new Problem('bad-configuration', decision, 'no decision is named like this')
  return { cell: Number(cell), node: node === undefined ? null : Number(node), part: part as 'edge' | 'op' }
}
