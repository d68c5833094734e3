import type { SplitName } from '#contract/dataset.ts'

/**
 * Warnings of content that stands in training and in an evaluation split as well, so that scores flatter.
 * `contents`, `splits` and `rows` are parallel, one entry a sample.
 */
export function findLeaks(
  what: string,
  contents: readonly string[],
  splits: readonly SplitName[],
  rows: readonly number[],
): string[] {
  const trained = new Map<string, number>()
  contents.forEach((content, index) => {
    if (splits[index] === 'train' && !trained.has(content)) trained.set(content, rows[index]!)
  })
  return (['validation', 'test'] as const).flatMap((split) => {
    const repeats = contents.flatMap((content, index) => {
      const twin = trained.get(content)
      return splits[index] === split && twin !== undefined ? [`row ${rows[index]} as row ${twin}`] : []
    })
    if (repeats.length === 0) return []
    const more = repeats.length > 3 ? ', …' : ''
    const counted =
      repeats.length === 1
        ? `1 ${what} of the ${split} split is`
        : `${repeats.length} ${what}s of the ${split} split are`
    return [`${counted} also in train (${repeats.slice(0, 3).join(', ')}${more})`]
  })
}
