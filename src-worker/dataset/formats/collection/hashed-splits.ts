import { createHash } from 'node:crypto'
import type { SplitName } from '#contract/dataset.ts'

/**
 * The split of every sample by the hash of its group: h = first 32 bits of sha256(salt + group) mod 100; train below 60,
 * validation below 80, else test.
 */
export function splitByHash(salt: string, groups: readonly string[]): Record<SplitName, number[]> {
  const splits: Record<SplitName, number[]> = { train: [], validation: [], test: [] }
  groups.forEach((group, index) => splits[splitOf(salt, group)].push(index))
  return splits
}

function splitOf(salt: string, group: string): SplitName {
  const part =
    createHash('sha256')
      .update(salt + group)
      .digest()
      .readUInt32BE(0) % 100
  if (part < 60) return 'train'
  return part < 80 ? 'validation' : 'test'
}
