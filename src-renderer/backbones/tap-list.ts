import { resolutionOf, type TapInfo } from '#contract/backbone.ts'

export const tapColumns = ['depth', 'name', 'operator', 'resolution', 'channels'] as const
export type TapColumn = (typeof tapColumns)[number]

const byText = new Intl.Collator('en', { numeric: true })

/** The taps whose name, operator, part of the network or shape hold every word, in the order of a column (`-depth`: falling). */
export function listTaps(taps: readonly TapInfo[], text: string, sort: string): TapInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const matching = taps.filter((tap) => {
    const searched = `${tap.name} ${tap.operator} ${tap.scope} ${tap.shape.join('×')}`.toLowerCase()
    return words.every((word) => searched.includes(word))
  })
  const column = tapColumns.find((one) => one === sort.replace('-', '')) ?? 'depth'
  const sign = sort.startsWith('-') ? -1 : 1
  return matching.toSorted((a, b) => sign * compare(a, b, column) || a.depth - b.depth)
}

function compare(a: TapInfo, b: TapInfo, column: TapColumn): number {
  if (column === 'resolution') return positionsOf(a) - positionsOf(b)
  if (column === 'depth' || column === 'channels') return a[column] - b[column]
  return byText.compare(a[column], b[column])
}

/** Positions that a tap tells apart. */
const positionsOf = (tap: TapInfo): number =>
  resolutionOf(tap)
    .split(' × ')
    .reduce((product, size) => product * Number(size), 1)
