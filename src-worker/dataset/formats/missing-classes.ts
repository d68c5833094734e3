import { splitNames } from '#contract/dataset.ts'
import type { Dataset } from '../dataset.ts'

/** For every split that lacks classes a sentence that names up to ten of them: `test has no sample of weather`. */
export function missingClasses({
  classes,
  samples,
  splits,
}: Pick<Dataset, 'classes' | 'samples' | 'splits'>): string[] {
  return splitNames.flatMap((name) => {
    const present = new Set(splits[name].flatMap((index) => samples[index]!.labels))
    const missing = classes.filter((_, label) => !present.has(label))
    const more = missing.length > 10 ? ` and ${missing.length - 10} more` : ''
    return missing.length > 0 ? [`${name} has no sample of ${missing.slice(0, 10).join(', ')}${more}`] : []
  })
}
