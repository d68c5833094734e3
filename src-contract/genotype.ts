import { z } from 'zod'

export const spaceNames = ['sm-shapnas', 'bm-nas'] as const
export type SpaceName = (typeof spaceNames)[number]

/** The candidate operations of every space: SM-ShapNAS, Table 1, in the order of its appendix A, and BM-NAS. */
export const operationsOf = {
  'sm-shapnas': [
    'sum',
    'glu',
    'concat',
    'se_layer',
    'sparse_attention',
    'sparse_glu',
    'sparse_concat',
    'sparse_se_layer',
  ],
  'bm-nas': ['sum', 'scale_dot_attention', 'linear_glu', 'concat_fc'],
} as const satisfies Record<SpaceName, readonly string[]>
export type OperationName = (typeof operationsOf)[SpaceName][number]

/** Every operation of any space, once. */
export const operationNames: readonly OperationName[] = [...new Set(Object.values(operationsOf).flat())]

const genotypeNode = z.object({
  operation: z.enum(operationNames),
  /** The ordered pair of predecessors: `x`, `y` (the cell's inputs) or `node0`, `node1`, … */
  inputs: z.tuple([z.string(), z.string()]),
})

const genotypeCell = z.object({
  /** The ordered pair of sources: features (`image.0`) or earlier cells (`cell0`); the stronger edge first. */
  inputs: z.tuple([z.string(), z.string()]),
  nodes: z.array(genotypeNode).min(1),
})

/** A fusion architecture as plain data. */
export const genotype = z.object({ space: z.enum(spaceNames), cells: z.array(genotypeCell).min(1) })
export type Genotype = z.infer<typeof genotype>

const playerKinds = ['edge', 'inner-edge', 'operation'] as const

/** One player of the supernet game. */
export const player = z.object({
  /** `cell1/edge/image.2`, `cell0/node0/edge/x`, `cell0/node0/op/sparse_glu` */
  id: z.string(),
  kind: z.enum(playerKinds),
  /** Players of one decision compete: the edges into one target, or a node's operations. */
  decision: z.string(),
  cell: z.int(),
  node: z.int().optional(),
  /** What is chosen: a feature, a predecessor or an operation. */
  label: z.string(),
  /** Decides the budget: edges and ordinary operations are `normal`. */
  group: z.enum(['normal', 'sparse']),
})
export type Player = z.infer<typeof player>
