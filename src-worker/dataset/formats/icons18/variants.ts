import type { Families } from '../collection/families.ts'

/** Words by which the variants of one icon are called apart: directions, numbers, amounts, marks. */
const variations = new Set(
  `up down left right top bottom horizontal vertical in out forward back clockwise counter
   zero one two three four five six seven eight nine
   full high medium low half quarter none empty
   simple slash plus minus check x dashed open tilt`.split(/\s+/),
)

/**
 * Joins icons whose names are alike: when one name begins with the whole of another (`address-book`, `address-book-tabs`),
 * and when names are equal without the words of variation (`arrow-fat-down`, `arrow-fat-left`).
 */
export function joinVariants(families: Families, names: readonly string[]): void {
  const known = new Set(names)
  const firsts = new Map<string, string>()
  for (const name of names) {
    const words = name.split('-')
    for (let count = 1; count < words.length; count++) {
      const beginning = words.slice(0, count).join('-')
      if (known.has(beginning)) families.join(beginning, name)
    }
    const plain = plainName(name)
    families.join(firsts.get(plain) ?? name, name)
    firsts.set(plain, name)
  }
}

/** The name without the words of variation behind its first word: `arrow-fat-down` → `arrow-fat`, `x-logo` as it is. */
export function plainName(name: string): string {
  const [first, ...others] = name.split('-')
  return [first, ...others.filter((word) => !variations.has(word))].join('-')
}
