import type { SpaceConfig } from '#contract/config.ts'
import { operationsOf, type OperationName } from '#contract/genotype.ts'
import { Problem } from '#contract/problem.ts'
import type { Operation } from './operation.ts'
import { operations as allOperations } from './operations/index.ts'

/** One feature of one modality, e.g. `image.2`, already pooled to `[length, channels]`. */
export interface Feature {
  readonly id: string
  readonly channels: number
}

/** A fusion search space: its settings, and the features that can enter it. */
export interface FusionSpace {
  readonly config: SpaceConfig
  readonly features: readonly Feature[]
  /** The candidates of every inner node, in the order of their alphas. */
  readonly operations: readonly OperationName[]
  /** What each of them computes. */
  readonly table: Readonly<Record<OperationName, Operation>>
}

/**
 * The space that a configuration spans over features.
 * @throws Problem `bad-configuration` for fewer than two features, a feature named twice, or an operation that the
 * space does not have.
 * @param table What the operations compute; a test plants its own among them.
 */
export function createSpace(
  config: SpaceConfig,
  features: readonly Feature[],
  table: FusionSpace['table'] = allOperations,
): FusionSpace {
  if (features.length < 2)
    throw new Problem('bad-configuration', 'space', `fusion needs two features, there are ${features.length}`)
  if (new Set(features.map((feature) => feature.id)).size !== features.length)
    throw new Problem('bad-configuration', 'space', 'two features have the same name')
  const all: readonly OperationName[] = operationsOf[config.name]
  const foreign = config.operations?.find((name) => !all.includes(name))
  if (foreign)
    throw new Problem('bad-configuration', 'space.operations', `${config.name} has no operation ${foreign}`)
  const operations = config.operations ? all.filter((name) => config.operations?.includes(name)) : all
  return { config, features, operations, table }
}

/** What the cell at an index can read: every feature, then every earlier cell. */
export function sourcesOfCell(space: FusionSpace, cell: number): string[] {
  return [
    ...space.features.map((feature) => feature.id),
    ...Array.from({ length: cell }, (_, i) => `cell${i}`),
  ]
}

/** What the inner node at an index can read: both inputs of its cell, then every earlier inner node. */
export function sourcesOfNode(node: number): string[] {
  return ['x', 'y', ...Array.from({ length: node }, (_, i) => `node${i}`)]
}
