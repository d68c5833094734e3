import type { Genotype } from './genotype.ts'
import type { Contribution } from './shapley.ts'

/** One choice of a genotype, and the player of the supernet game that stands for it. */
export interface Choice {
  playerId: string
  kind: 'edge' | 'inner-edge' | 'operation'
  cell: number
  node?: number
  label: string
}

/** The players that a genotype picks, cell by cell: its two edges, then each node's inner edges and operation. */
export function choicesOf(genotype: Genotype): Choice[] {
  return genotype.cells.flatMap(({ inputs, nodes }, cell) => [
    ...inputs.map((label): Choice => ({ playerId: `cell${cell}/edge/${label}`, kind: 'edge', cell, label })),
    ...nodes.flatMap((choice, node): Choice[] => {
      const at = `cell${cell}/node${node}`
      return [
        ...choice.inputs.map((label): Choice => ({
          playerId: `${at}/edge/${label}`,
          kind: 'inner-edge',
          cell,
          node,
          label,
        })),
        { playerId: `${at}/op/${choice.operation}`, kind: 'operation', cell, node, label: choice.operation },
      ]
    }),
  ])
}

/** The architecture in one line per inner node: `cell0.node0 = sparse_glu(image.3, text.1)`. */
export function describeGenotype(genotype: Genotype): string[] {
  return genotype.cells.flatMap(({ inputs, nodes }, cell) => {
    const name = (predecessor: string) =>
      predecessor === 'x' ? inputs[0] : predecessor === 'y' ? inputs[1] : `cell${cell}.${predecessor}`
    return nodes.map(
      (node, index) => `cell${cell}.node${index} = ${node.operation}(${node.inputs.map(name).join(', ')})`,
    )
  })
}

/** Contributions by player id. */
export function contributionsById(contributions: readonly Contribution[]): Map<string, Contribution> {
  return new Map(contributions.map((contribution) => [contribution.id, contribution]))
}
