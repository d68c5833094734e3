import { splitNames, type SplitName } from '#contract/dataset.ts'
import type { Dataset } from '../dataset.ts'

interface MissingClasses {
  split: SplitName
  /** Names up to ten of them: `test has no sample of weather`. */
  text: string
}

/** The splits that lack classes. */
export function missingClasses({
  classes,
  samples,
  splits,
}: Pick<Dataset, 'classes' | 'samples' | 'splits'>): MissingClasses[] {
  return splitNames.flatMap((split) => {
    const present = new Set(splits[split].flatMap((index) => samples[index]!.labels))
    const missing = classes.filter((_, label) => !present.has(label))
    const more = missing.length > 10 ? ` and ${missing.length - 10} more` : ''
    const text = `${split} has no sample of ${missing.slice(0, 10).join(', ')}${more}`
    return missing.length > 0 ? [{ split, text }] : []
  })
}
