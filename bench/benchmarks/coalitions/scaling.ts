import { writeFileSync } from 'node:fs'
import type { SpaceKey } from '../training-step/step-times.ts'
import { type Conditions, measureOurs } from './measure.ts'
import { plotSeries, type Series } from './plot.ts'
import { fitPower } from './times.ts'

/** What is varied, the rest staying at two cells, six features, eight permutations and 256 samples. */
const axes = [
  { along: 'players', option: 'features', values: [2, 4, 6, 10] },
  { along: 'permutations', option: 'permutations', values: [2, 4, 8, 16, 32] },
  { along: 'cells', option: 'cells', values: [1, 2, 3] },
  { along: 'validation samples', option: 'samples', values: [64, 128, 256, 512] },
] as const
const fewPermutations = '8'

/** Times valuations of several sizes; prints a table, and writes a plot where `plot` names a file. */
export async function measureScaling(
  spaces: readonly SpaceKey[],
  conditions: Conditions,
  plot: string | undefined,
): Promise<readonly Series[]> {
  const series: Series[] = []
  for (const space of spaces)
    for (const { along, option, values } of axes) {
      const points: { x: number; y: number }[] = []
      for (const value of values) {
        const options = option === 'permutations' ? [] : ['--permutations', fewPermutations]
        const found = await measureOurs(
          space,
          'permutation',
          [...options, `--${option}`, String(value)],
          conditions,
        )
        const { players, coalitions, ms } = found
        const x = along === 'players' ? Number(players) : value
        points.push({ x, y: ms / 1000 })
        console.log(
          `${space}: ${along} ${x}: ${coalitions.length} coalitions in ${(ms / 1000).toFixed(2)} s, ${(ms / coalitions.length).toFixed(2)} ms each`,
        )
      }
      const { exponent, spread } = fitPower(points)
      console.log(
        `${space}: seconds ~ ${along}^${exponent.toFixed(2)}, off by ${Math.round(100 * (Math.exp(spread) - 1))} % at most`,
      )
      series.push({ space, along, points })
    }
  if (plot) writeFileSync(plot, plotSeries(series))
  return series
}
