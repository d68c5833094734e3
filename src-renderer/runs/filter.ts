import { runFacets, runSortKeys, type RunFacet, type RunQuery, type RunSortKey } from '#contract/run/query.ts'
import { runStatus } from '#contract/run/status.ts'
import { sortingFrom, textFromSorting as addressText, type Sorting } from '../sorting.ts'

/** Which runs are shown, and in which order. */
export interface RunFilter {
  text: string
  /** The values that fit; none chosen fits all. */
  chosen: Record<RunFacet, string[]>
  trashed: boolean
  sort: Sorting<RunSortKey>
}

/** The parts of an address by name. */
export type Address = Readonly<Record<string, string>>

/** `-score` ↔ by score, the largest first; anything unknown is the default: the newest first. */
export const sortingFromText = (text: string): Sorting<RunSortKey> =>
  sortingFrom(text, runSortKeys, { key: 'started', descending: true })

/** Empty for the default. */
export function textFromSorting(sorting: Sorting<RunSortKey>): string {
  const text = addressText(sorting)
  return text === '-started' ? '' : text
}

/** Values of a facet in one part of the address, `a,b`; a comma inside a value is escaped. */
export const textFromValues = (values: readonly string[]): string =>
  values.map((value) => value.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')

export const valuesFromText = (text: string): string[] =>
  text
    .split(',')
    .filter((value) => value !== '')
    .map((value) => value.replaceAll('%2C', ',').replaceAll('%25', '%'))

export function filterFromAddress(address: Address): RunFilter {
  const chosen = Object.fromEntries(
    runFacets.map((facet) => [facet, valuesFromText(address[facet] ?? '')]),
  ) as RunFilter['chosen']
  return {
    text: address['q'] ?? '',
    chosen: { ...chosen, state: knownStates(chosen.state) },
    trashed: address['view'] === 'trash',
    sort: sortingFromText(address['sort'] ?? ''),
  }
}

const knownStates = (values: readonly string[]) =>
  runStatus.shape.state.options.filter((state) => values.includes(state))

/** Whether anything narrows the list down. */
export const isNarrowed = ({ text, chosen }: RunFilter): boolean =>
  text.trim() !== '' || runFacets.some((facet) => chosen[facet].length > 0)

/** What to leave out of the address to see all runs again. */
export const widestAddress: Address = Object.fromEntries(['q', ...runFacets].map((name) => [name, '']))

export function queryFromFilter(filter: RunFilter, offset: number, limit: number): RunQuery {
  const { text, chosen, trashed, sort } = filter
  return {
    text,
    states: knownStates(chosen.state),
    datasets: chosen.dataset,
    strategies: chosen.strategy,
    tags: chosen.tag,
    studies: chosen.study,
    trashed,
    sort,
    offset,
    limit,
  }
}
