const longestTag = 60

/** A tag as it is stored. */
export const tagFromText = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').slice(0, longestTag)

export interface TagChoice {
  tag: string
  /** How many of the runs concerned have it. */
  on: 'all' | 'some' | 'none'
}

/** The tags with the text in them, each once and in order: those of the runs, then all others that are in use. */
export function tagChoices(
  runs: readonly (readonly string[])[],
  known: readonly string[],
  text: string,
): TagChoice[] {
  const theirs = [...new Set(runs.flat())].sort()
  const others = known.filter((tag) => !theirs.includes(tag)).sort()
  return [...theirs, ...others]
    .filter((tag) => tag.toLowerCase().includes(tagFromText(text).toLowerCase()))
    .map((tag) => {
      const having = runs.filter((tags) => tags.includes(tag)).length
      return { tag, on: having === 0 ? 'none' : having < runs.length ? 'some' : 'all' }
    })
}
