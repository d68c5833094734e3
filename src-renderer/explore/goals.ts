import type { Axis } from './axis.ts'
import { kneeOf, paretoFront, type Goals } from './pareto.ts'
import type { Scale } from './scale.ts'

type Goal = Axis & { scale: Scale }

/** Towards what is better; where neither end is, small is taken. */
export const isHighBetter = ({ better }: Axis): boolean => better === 'high'

/** Places on the scales as they are drawn, each turned so that more is better. */
function goalsOf(index: number, x: Goal, y: Goal): Goals | null {
  const [one, other] = [x.values[index], y.values[index]]
  if (one === null || other === null) return null
  const towards = (goal: Goal, value: number) =>
    isHighBetter(goal) ? goal.scale.at(value) : -goal.scale.at(value)
  return { index, u: towards(x, one), v: towards(y, other) }
}

/** The points that none dominates, from the best in `x` to the best in `y`. */
export function frontOf(indices: readonly number[], x: Goal, y: Goal): number[] {
  const points = indices.map((index) => goalsOf(index, x, y)).filter((point) => point !== null)
  return paretoFront(points).map(({ index }) => index)
}

/** The point of the front with the best of both, as drawn; null where the front does not bend. */
export function kneeOn(front: readonly number[], x: Goal, y: Goal): number | null {
  const points = front.map((index) => goalsOf(index, x, y)).filter((point) => point !== null)
  return kneeOf(points)?.index ?? null
}
