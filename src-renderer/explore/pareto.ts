/** A point of two goals; more is better in both. */
export interface Goals {
  index: number
  u: number
  v: number
}

/** Whether `a` is as good as `b` in both goals and better in one. */
export const dominates = (a: Goals, b: Goals): boolean => a.u >= b.u && a.v >= b.v && (a.u > b.u || a.v > b.v)

/** The points that no other dominates, by falling `u`; equals stay together. */
export function paretoFront(points: readonly Goals[]): Goals[] {
  const order = points.toSorted((a, b) => b.u - a.u || b.v - a.v)
  const front: Goals[] = []
  let best = -Infinity
  for (const point of order) {
    const last = front.at(-1)
    const isEqual = last !== undefined && last.u === point.u && last.v === point.v
    if (point.v <= best && !isEqual) continue
    front.push(point)
    best = point.v
  }
  return front
}

/**
 * Of a front in which every goal runs from 0 to 1: the point that is furthest beyond the line between the two ends, where
 * going on in either goal begins to cost most of the other. Null for fewer than three different points, or where the front is
 * no better than that line.
 */
export function kneeOf(front: readonly Goals[]): Goals | null {
  if (front.length < 3) return null
  const [us, vs] = [front.map(({ u }) => u), front.map(({ v }) => v)]
  const [u0, u1, v0, v1] = [Math.min(...us), Math.max(...us), Math.min(...vs), Math.max(...vs)]
  if (u0 === u1 || v0 === v1) return null
  const beyond = front.map(({ u, v }) => (u - u0) / (u1 - u0) + (v - v0) / (v1 - v0) - 1)
  const largest = Math.max(...beyond)
  return largest > 1e-9 ? front[beyond.indexOf(largest)] : null
}
