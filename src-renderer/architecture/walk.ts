import type { Point } from '#contract/drawing/box.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

export interface Place extends Point {
  id: string
}

/** Pixels that a detour sideways costs for each pixel of it. */
const sidewaysCost = 2.5

/**
 * The place that an arrow key leads to: the nearest one in that direction, detours to the side counted more. Stays
 * where it is when there is none.
 */
export function walkFrom(places: readonly Place[], from: string, direction: Direction): string {
  const here = places.find(({ id }) => id === from)
  if (!here) return places[0]?.id ?? from
  const horizontal = direction === 'left' || direction === 'right'
  const sign = direction === 'right' || direction === 'down' ? 1 : -1
  let best = { id: from, cost: Infinity }
  for (const place of places) {
    const [dx, dy] = [place.x - here.x, place.y - here.y]
    const ahead = sign * (horizontal ? dx : dy)
    const aside = Math.abs(horizontal ? dy : dx)
    if (ahead < 1) continue
    const cost = ahead + sidewaysCost * aside
    if (cost < best.cost) best = { id: place.id, cost }
  }
  return best.id
}
