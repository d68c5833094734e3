import type { Families } from '../collection/families.ts'

const people = new Set('man woman person men women people boy girl child children adult and'.split(' '))

/**
 * Joins the families of emoji whose names differ only in who is shown: `man dancing`, `woman dancing`. `emoji` gives each
 * one's English name and its family.
 */
export function joinNamesakes(families: Families, emoji: readonly { text: string; family: string }[]): void {
  const firsts = new Map<string, string>()
  for (const { text, family } of emoji) {
    const name = neutralName(text)
    families.join(firsts.get(name) ?? family, family)
    firsts.set(name, family)
  }
}

/** The name without words for people; empty for `man`, `woman and girl`. */
export function neutralName(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter((word) => !people.has(word)).join(' ')
}
