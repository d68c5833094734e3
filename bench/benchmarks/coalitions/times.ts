import { z } from 'zod'
import { median, type SpaceKey, spaceKeys } from '../training-step/step-times.ts'
import { type GameName, games } from './value-case.ts'

/** What is compared, with the speed over PyTorch's that meets the target. */
export const comparisons: readonly { space: SpaceKey; game: GameName; target: number; about: string }[] = [
  { space: 'bm-nas', game: 'permutation', target: 3, about: 'bm-nas' },
  { space: 'full', game: 'permutation', target: 3, about: 'full' },
  { space: 'bm-nas', game: 'operations', target: 8, about: 'bm-nas, 8 players exactly' },
]

/** What one process that values coalitions prints as its line of JSON. */
export const valuedCoalitions = z.looseObject({
  space: z.enum(spaceKeys),
  game: z.enum(games),
  threads: z.int(),
  /** Which coalitions of the game's list. */
  coalitions: z.array(z.int()).min(1),
  /** Samples that each of them answers rightly. */
  correct: z.array(z.int()),
  /** Milliseconds of all of them. */
  ms: z.number(),
})
export type ValuedCoalitions = z.infer<typeof valuedCoalitions>

/** Ours, all coalitions, and PyTorch's, a part of them, one after the other. */
export interface Round {
  ours: ValuedCoalitions
  theirs: ValuedCoalitions
}

/** Median milliseconds a coalition, and the median over rounds of a round's own ratio theirs / ours. */
export function compareRounds(rounds: readonly Round[]): { ours: number; theirs: number; ratio: number } {
  const perCoalition = ({ ms, coalitions }: ValuedCoalitions) => ms / coalitions.length
  for (const round of rounds) assertSameWork(round)
  const ours = rounds.map((round) => perCoalition(round.ours))
  const theirs = rounds.map((round) => perCoalition(round.theirs))
  return { ours: median(ours), theirs: median(theirs), ratio: median(ours.map((ms, i) => theirs[i] / ms)) }
}

/** @throws Error where the two sides did not value the same coalitions, or disagree about one by more than rounding */
function assertSameWork({ ours, theirs }: Round): void {
  for (const what of ['space', 'game', 'threads'] as const)
    if (ours[what] !== theirs[what])
      throw new Error(`${what} is ${ours[what]} here and ${theirs[what]} in PyTorch`)
  const found = new Map(ours.coalitions.map((coalition, i) => [coalition, ours.correct[i]]))
  let different = 0
  theirs.coalitions.forEach((coalition, i) => {
    const own = found.get(coalition)
    // two classes of nearly the same score can change places for one sample
    if (own === undefined || Math.abs(own - theirs.correct[i]) > 1)
      throw new Error(
        `coalition ${coalition} of ${ours.space} has ${own} right answers here and ${theirs.correct[i]} in PyTorch`,
      )
    if (own !== theirs.correct[i]) different++
  })
  if (different > theirs.coalitions.length / 20)
    throw new Error(
      `${different} of ${theirs.coalitions.length} coalitions of ${ours.space} have other values`,
    )
}

/** y = a·x^b by least squares on logarithms; `spread` is the largest |log residual|. */
export function fitPower(points: readonly { x: number; y: number }[]): {
  factor: number
  exponent: number
  spread: number
} {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(logs.map(({ x }) => x)), mean(logs.map(({ y }) => y))]
  const exponent =
    logs.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0) /
    logs.reduce((sum, { x }) => sum + (x - mx) ** 2, 0)
  const spread = Math.max(...logs.map(({ x, y }) => Math.abs(y - my - exponent * (x - mx))))
  return { factor: Math.exp(my - exponent * mx), exponent, spread }
}
