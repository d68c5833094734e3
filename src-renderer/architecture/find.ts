import { operationName } from '../words.ts'
import type { ArchitectureGraph, ArchitectureNode } from './graph.ts'

export interface FoundPart {
  id: string
  /** `sparse GLU, cell 0, node 1` */
  name: string
}

/** Every part that can be selected, with the name it is found by. */
const partsOf = ({ nodes }: ArchitectureGraph): FoundPart[] =>
  nodes.flatMap((node) => {
    if (node.kind !== 'inner') return [{ id: node.id, name: nameOf(node) }]
    return node.operations.map(({ id, label }) => ({
      id,
      name: `${operationName(label)}, cell ${node.cell}, node ${node.node}`,
    }))
  })

function nameOf(node: Exclude<ArchitectureNode, { kind: 'inner' }>): string {
  switch (node.kind) {
    case 'feature':
      return `${node.feature.id}, feature`
    case 'inputs':
      return `inputs of cell ${node.cell}`
    case 'output':
      return `output of cell ${node.cell}`
    case 'folded':
      return `cell ${node.index}`
    case 'head':
      return 'head'
  }
}

/** Parts whose name or id has every word of the text, in whatever case; none for an empty text. */
export function findParts(graph: ArchitectureGraph, text: string): FoundPart[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return []
  return partsOf(graph).filter(({ id, name }) =>
    words.every((word) => name.toLowerCase().includes(word) || id.toLowerCase().includes(word)),
  )
}
