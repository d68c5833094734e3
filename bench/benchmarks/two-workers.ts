import { execFile } from 'node:child_process'
import { cpus, platform } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { type Benchmark, CannotMeasure, countFrom } from '../benchmark.ts'
import { measureInQuiet } from '../quiet.ts'
import { median, type SpaceKey, spaceKeys, stepTimes } from './training-step/step-times.ts'

const script = fileURLToPath(new URL('./training-step/measure-step.ts', import.meta.url))
const run = promisify(execFile)

/** Two workers that share a machine evenly take twice the time each; the rest is what one costs the other beyond that. */
const target = 2.1

/** How the threads wait for work: as the engine decides, never actively, or as long as ONNX Runtime does by itself. */
const ways = { 'by load': [], off: ['--spinning', '0'], on: ['--spinning', '1000'] } as const

export const twoWorkers: Benchmark = {
  name: 'two-workers',
  about: 'time of a training step in each of two processes at once over that in one alone',
  usage: '[--space bm-nas|full] [--threads 2] [--calls 20] [--rounds 3] [--patience SECONDS]',
  async run(args) {
    if (platform() !== 'linux') throw new CannotMeasure('only Linux tells what other programs do')
    const { values } = parseArgs({
      args,
      options: {
        space: { type: 'string', default: 'bm-nas' },
        threads: { type: 'string', default: '2' },
        calls: { type: 'string', default: '20' },
        rounds: { type: 'string', default: '3' },
        patience: { type: 'string', default: '60' },
      },
    })
    if (!spaceKeys.includes(values.space as SpaceKey))
      throw new TypeError(`--space ${values.space} is not one of ${spaceKeys.join(', ')}`)
    const options = ['--space', values.space]
    for (const name of ['threads', 'calls'] as const)
      options.push(`--${name}`, String(countFrom(name, values[name])))
    const rounds = countFrom('rounds', values.rounds)
    const patienceMs = 1000 * countFrom('patience', values.patience)

    const measured: { way: string; alone: number; together: number[] }[] = []
    for (let round = 0; round < rounds; round++)
      for (const [way, spinning] of Object.entries(ways)) {
        const step = () => stepOf([...options, ...spinning])
        const alone = await measureInQuiet(patienceMs, step)
        const together = await measureInQuiet(patienceMs, () => Promise.all([step(), step()]))
        measured.push({ way, alone, together })
      }
    const machine = { processor: cpus()[0].model, cores: cpus().length }
    console.log(JSON.stringify({ ...machine, space: values.space, measured }))
    const factors = Object.keys(ways).map((way) => {
      const mine = measured.filter((one) => one.way === way)
      const alone = median(mine.map((one) => one.alone))
      return { way, alone, factor: median(mine.map(({ together }) => Math.max(...together))) / alone }
    })
    const figure = factors
      .map(
        ({ way, alone, factor }) =>
          `spinning ${way}: ${alone.toFixed(1)} ms alone, ${factor.toFixed(2)} times that`,
      )
      .join('; ')
    return { figure: `${figure} (target ${target} by load)`, met: factors[0].factor <= target }
  },
}

/** Median milliseconds a step in a process of its own. */
async function stepOf(options: string[]): Promise<number> {
  const { stdout } = await run(process.execPath, [script, ...options])
  return median(stepTimes.parse(JSON.parse(stdout)).msPerStep)
}
