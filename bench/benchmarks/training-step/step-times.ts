import { z } from 'zod'

/** The two spaces that are timed, as the peer calls them, with the largest ratio ours / PyTorch's that meets the target. */
export const spaces = {
  'bm-nas': { name: 'bm-nas', target: 0.5 },
  full: { name: 'sm-shapnas', target: 0.7 },
} as const
export type SpaceKey = keyof typeof spaces
export const spaceKeys = Object.keys(spaces) as SpaceKey[]

/** What one process that times steps prints as its line of JSON. */
export const stepTimes = z.looseObject({
  space: z.enum(spaceKeys),
  threads: z.int(),
  dropout: z.number(),
  parameters: z.int(),
  /** Milliseconds a step, one number per timed call. */
  msPerStep: z.array(z.number()).min(1),
  /** Billions of operations a second in a product of large matrices, measured in the same process. */
  peak: z.number(),
  /** Billions of operations a step in matrix products; ours alone are counted. */
  products: z.number().optional(),
})
export type StepTimes = z.infer<typeof stepTimes>

/** Ours and PyTorch's, measured one after the other. */
export interface Round {
  ours: StepTimes
  theirs: StepTimes
}

export interface Comparison {
  space: SpaceKey
  /** Median milliseconds a step over all rounds. */
  ours: number
  theirs: number
  /** Median over the rounds of a round's own ratio, so that a slow minute weighs on both sides alike. */
  ratio: number
  target: number
  met: boolean
  /** Median of our matrix products a second over the peak of the same process. */
  shareOfPeak: number
  peak: { ours: number; theirs: number }
}

/**
 * Compares the rounds of one space.
 * @throws Error where the two sides did not time the same work
 */
export function compareRounds(space: SpaceKey, rounds: readonly Round[]): Comparison {
  for (const { ours, theirs } of rounds)
    for (const what of ['space', 'threads', 'dropout', 'parameters'] as const)
      if (ours[what] !== theirs[what])
        throw new Error(`${space}: ${what} is ${ours[what]} here and ${theirs[what]} in PyTorch`)
  const { target } = spaces[space]
  const ours = rounds.map((round) => median(round.ours.msPerStep))
  const theirs = rounds.map((round) => median(round.theirs.msPerStep))
  const ratio = median(ours.map((ms, i) => ms / theirs[i]))
  const shares = rounds.map((round, i) => (round.ours.products ?? 0) / (ours[i] / 1000) / round.ours.peak)
  return {
    space,
    ours: median(ours),
    theirs: median(theirs),
    ratio,
    target,
    met: ratio <= target,
    shareOfPeak: median(shares),
    peak: {
      ours: median(rounds.map((round) => round.ours.peak)),
      theirs: median(rounds.map((round) => round.theirs.peak)),
    },
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
