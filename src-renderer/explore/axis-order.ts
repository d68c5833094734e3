import type { Axis } from './axis.ts'

/** What was set stands to the left, the settings after these … */
const first = ['dataset', 'space', 'strategy', 'study']
/** … and what it cost and what came of it to the right. */
const last = ['seed', 'started', 'cost', 'latency', 'multiplyAdds', 'parameters', 'gain', 'score']

/** The chosen axes as they stand until the reader moves them. */
export function inDefaultOrder(keys: readonly string[], axes: readonly Axis[]): string[] {
  const place = (key: string) =>
    first.includes(key) ? first.indexOf(key) : first.length + 1 + last.indexOf(key)
  const chosen = axes.map(({ key }) => key).filter((key) => keys.includes(key))
  return chosen.toSorted((a, b) => place(a) - place(b))
}

/** With one of them taken out and put in at place `to`; beyond an end it stays at that end. */
export function withMoved(keys: readonly string[], key: string, to: number): string[] {
  const others = keys.filter((other) => other !== key)
  return others.toSpliced(Math.max(0, to), 0, key)
}

/** The place of those at `xs` that is nearest to `x`. */
export const placeNearest = (xs: readonly number[], x: number): number =>
  xs.reduce((best, each, i) => (Math.abs(each - x) < Math.abs(xs[best] - x) ? i : best), 0)
