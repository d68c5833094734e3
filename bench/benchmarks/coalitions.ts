import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Benchmark, CannotMeasure, countFrom } from '../benchmark.ts'
import { type Conditions, measureRounds, writeCaseFor } from './coalitions/measure.ts'
import { measureScaling } from './coalitions/scaling.ts'
import { comparisons, compareRounds, fitPower, type ValuedCoalitions } from './coalitions/times.ts'
import { type SpaceKey, spaceKeys } from './training-step/step-times.ts'

/** The largest exponent of permutations and samples that still counts as proportional. */
const proportional = 1.1

export const coalitions: Benchmark = {
  name: 'coalitions',
  about:
    'the coalitions of an epoch against a PyTorch loop over them; with --scaling what their number costs',
  usage:
    '[--space bm-nas|full]... [--rounds 3] [--threads 2] [--scaling [--plot FILE]] [--patience SECONDS] [--python /usr/bin/python3]',
  async run(args) {
    if (platform() !== 'linux') throw new CannotMeasure('only Linux tells what other programs and PyTorch do')
    const { values } = parseArgs({
      args,
      options: {
        space: { type: 'string', multiple: true, default: [...spaceKeys] },
        rounds: { type: 'string', default: '3' },
        threads: { type: 'string', default: '2' },
        scaling: { type: 'boolean', default: false },
        plot: { type: 'string' },
        patience: { type: 'string', default: '60' },
        python: { type: 'string', default: '/usr/bin/python3' },
      },
    })
    const foreign = values.space.find((space) => !spaceKeys.includes(space as SpaceKey))
    if (foreign !== undefined) throw new TypeError(`--space ${foreign} is not one of ${spaceKeys.join(', ')}`)
    const chosen = values.space as SpaceKey[]
    const conditions = {
      python: values.python,
      threads: countFrom('threads', values.threads),
      patienceMs: 1000 * countFrom('patience', values.patience),
    }
    console.log(
      JSON.stringify({ processor: cpus()[0].model, cores: cpus().length, threads: conditions.threads }),
    )
    if (!values.scaling) return comparePeer(chosen, countFrom('rounds', values.rounds), conditions)
    const series = await measureScaling(chosen, conditions, values.plot)
    const exponents = series.map((one) => ({ ...one, exponent: fitPower(one.points).exponent }))
    const counted = exponents.filter(
      ({ along }) => along === 'permutations' || along === 'validation samples',
    )
    return {
      figure: exponents.map((one) => `${one.space} ${one.along}^${one.exponent.toFixed(2)}`).join(', '),
      met: counted.every(({ exponent }) => exponent <= proportional),
    }
  },
}

async function comparePeer(spaces: readonly SpaceKey[], rounds: number, conditions: Conditions) {
  const figures: string[] = []
  let met = true
  for (const space of spaces) {
    const own = comparisons.filter((comparison) => comparison.space === space)
    const folder = mkdtempSync(join(tmpdir(), 'shapwright-coalitions-'))
    try {
      await writeCaseFor(
        space,
        own.map(({ game }) => game),
        folder,
      )
      for (const { game, target, about } of own) {
        const found = await measureRounds({ space, game, folder }, rounds, conditions)
        for (const { ours, theirs } of found) console.log(`${summarise(ours)} ${summarise(theirs)}`)
        const { ours, theirs, ratio } = compareRounds(found)
        met &&= ratio >= target
        figures.push(
          `${about} ${ours.toFixed(2)} ms a coalition, PyTorch ${theirs.toFixed(2)} ms, ${ratio.toFixed(2)} times as fast (target ${target})`,
        )
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return { figure: figures.join('; '), met }
}

/** One side of a round without its lists. */
const summarise = ({ coalitions, ...rest }: ValuedCoalitions) =>
  JSON.stringify({ ...rest, correct: undefined, coalitions: coalitions.length })
