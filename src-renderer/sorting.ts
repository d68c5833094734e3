/** By which column a table is sorted, and in which direction. */
export interface Sorting<Key extends string = string> {
  key: Key
  descending: boolean
}

/** `-score`, `name`: as an address tells it. */
export const textFromSorting = ({ key, descending }: Sorting): string => (descending ? `-${key}` : key)

/** The sorting of a text; anything unknown is the default. */
export function sortingFrom<Key extends string>(
  text: string,
  keys: readonly Key[],
  otherwise: Sorting<Key>,
): Sorting<Key> {
  const key = keys.find((known) => known === text.replace(/^-/, ''))
  return key === undefined ? otherwise : { key, descending: text.startsWith('-') }
}
