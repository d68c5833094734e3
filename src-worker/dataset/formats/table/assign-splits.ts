import { createHash } from 'node:crypto'
import { splitNames, type SplitName } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import type { Dataset } from '../../dataset.ts'
import { missingClasses } from '../missing-classes.ts'

interface Unit {
  /** The class that is to be divided evenly; of several labels the rarest. */
  readonly label: number
  /** Equal for samples that must stay together. */
  readonly group: string
}

/**
 * A split for every sample when the table names none. Groups of the same class (that of their first sample) stand in
 * the order of sha256(salt + group); a group whose middle lies in the first 60 % of the class's samples goes to train, in
 * the next 20 % to validation, else to test. So every class is divided 60/20/20 as exactly as its groups allow, and
 * the order of the rows does not matter.
 */
export function assignSplits(units: readonly Unit[], salt: string): SplitName[] {
  const groups = new Map<string, { label: number; size: number; order: string }>()
  for (const { label, group } of units) {
    const known = groups.get(group)
    if (known) known.size++
    else
      groups.set(group, {
        label,
        size: 1,
        order: createHash('sha256')
          .update(salt + group)
          .digest('hex'),
      })
  }
  const totals = new Map<number, number>()
  for (const { label, size } of groups.values()) totals.set(label, (totals.get(label) ?? 0) + size)
  const seen = new Map<number, number>()
  const splits = new Map<string, SplitName>()
  for (const [group, { label, size }] of [...groups].sort(([, a], [, b]) => (a.order < b.order ? -1 : 1))) {
    const before = seen.get(label) ?? 0
    const middle = (before + size / 2) / totals.get(label)!
    splits.set(group, middle < 0.6 ? 'train' : middle < 0.8 ? 'validation' : 'test')
    seen.set(label, before + size)
  }
  return units.map(({ group }) => splits.get(group)!)
}

/**
 * Throws `dataset-unusable` unless every split has samples, training has all classes, and no group is in two splits; and of a
 * single-label task, unless the other splits have all classes as well.
 */
export function checkSplits(path: string, dataset: Omit<Dataset, 'hash'>): void {
  const { task, samples, splits } = dataset
  const fail = (detail: string) => {
    throw new Problem('dataset-unusable', path, detail)
  }
  for (const name of splitNames) if (splits[name].length === 0) fail(`${name} has no sample`)
  const missing = missingClasses(dataset).filter(({ split }) => task === 'single-label' || split === 'train')
  for (const { text } of missing) fail(text)
  const homes = new Map<string, SplitName>()
  for (const name of splitNames)
    for (const index of splits[name]) {
      const { group } = samples[index]!
      const home = homes.get(group) ?? name
      if (home !== name) fail(`the group ${group} is both in ${home} and in ${name}`)
      homes.set(group, home)
    }
}
