import { latest, type RunState } from '#contract/run/state.ts'

export interface SelectedPlace {
  title: string
  text: string
  /** Players whose edges begin or end here. */
  edges: string[]
}

/** What a part of the architecture that is no player is, and the edges that touch it; null for unknown ids. */
export function describeSelection(id: string, state: RunState): SelectedPlace | null {
  const players = latest(state, 'space')?.players ?? []
  const edgesWhere = (matches: (player: (typeof players)[number]) => boolean) =>
    players.filter((player) => player.kind !== 'operation' && matches(player)).map((player) => player.id)
  if (id === 'head') {
    return {
      title: 'Head',
      text: 'Joins the outputs of all cells, normalises them and tells the classes by one linear layer.',
      edges: [],
    }
  }
  const feature = /^feature\/(.+)$/.exec(id)?.[1]
  if (feature !== undefined) {
    const edges = edgesWhere(({ kind, label }) => kind === 'edge' && label === feature)
    const text =
      'A tapped feature of its modality’s backbone, pooled and brought to the channels of the cells.'
    return edges.length > 0 ? { title: feature, text, edges } : null
  }
  const [, cell, part] = /^cell(\d+)(?:\/(in|out))?$/.exec(id) ?? []
  if (cell === undefined || !players.some((player) => player.cell === Number(cell))) return null
  if (part === undefined) {
    return {
      title: `Cell ${cell}`,
      text: 'A fusion cell, drawn as one box; unfold it in the graph to see its inner nodes.',
      edges: edgesWhere(
        ({ kind, label, ...player }) =>
          kind === 'edge' && (player.cell === Number(cell) || label === `cell${cell}`),
      ),
    }
  }
  return part === 'in'
    ? {
        title: `Inputs of cell ${cell}`,
        text: 'In the supernet both inputs carry the same weighted sum of all sources; the derived architecture feeds x from the stronger edge and y from the other.',
        edges: edgesWhere((player) => player.kind === 'edge' && player.cell === Number(cell)),
      }
    : {
        title: `Output of cell ${cell}`,
        text: 'Joins the inner nodes, adds the cell’s first input and normalises.',
        edges: edgesWhere(({ kind, label }) => kind === 'edge' && label === `cell${cell}`),
      }
}
