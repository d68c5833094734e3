import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Benchmark, CannotMeasure, countFrom } from '../benchmark.ts'
import { measureInQuiet } from '../quiet.ts'
import { type OperatorShare, takeProfile } from './training-step/profile.ts'
import {
  compareRounds,
  type Comparison,
  type Round,
  type SpaceKey,
  spaceKeys,
  type StepTimes,
  stepTimes,
} from './training-step/step-times.ts'

const ours = fileURLToPath(new URL('./training-step/measure-step.ts', import.meta.url))
const peer = fileURLToPath(new URL('../peer/training_step.py', import.meta.url))
const peerCannotMeasure = 77

export const trainingStep: Benchmark = {
  name: 'training-step',
  about: 'time of a training step of the fusion supernet over that of the same step in PyTorch',
  usage:
    '[--space bm-nas|full]... [--rounds 5] [--threads 2] [--spinning MICROSECONDS] [--profile] [--patience SECONDS] [--python /usr/bin/python3]',
  async run(args) {
    if (platform() !== 'linux') throw new CannotMeasure('only Linux tells what other programs and PyTorch do')
    const { values } = parseArgs({
      args,
      options: {
        space: { type: 'string', multiple: true, default: [...spaceKeys] },
        rounds: { type: 'string', default: '5' },
        threads: { type: 'string', default: '2' },
        spinning: { type: 'string' },
        profile: { type: 'boolean', default: false },
        patience: { type: 'string', default: '60' },
        python: { type: 'string', default: '/usr/bin/python3' },
      },
    })
    const rounds = countFrom('rounds', values.rounds)
    const threads = countFrom('threads', values.threads)
    const foreign = values.space.find((space) => !spaceKeys.includes(space as SpaceKey))
    if (foreign !== undefined) throw new TypeError(`--space ${foreign} is not one of ${spaceKeys.join(', ')}`)
    const patienceMs = 1000 * countFrom('patience', values.patience)
    const comparisons: Comparison[] = []
    for (const space of values.space as SpaceKey[]) {
      const { python, spinning } = values
      const measured = await measureRounds(space, rounds, { python, threads, spinning, patienceMs })
      const machine = { processor: cpus()[0].model, cores: cpus().length }
      console.log(JSON.stringify({ ...machine, rounds: measured }))
      comparisons.push(compareRounds(space, measured))
      if (values.profile) {
        console.log(`${space}, share of the time of a step (nodes):`)
        console.log((await profileStep(space, threads)).map(describeShare).join('\n'))
      }
    }
    return {
      figure: comparisons.map(describe).join('; '),
      met: comparisons.every(({ met }) => met),
    }
  },
}

/**
 * Alternates between the two sides; every measurement has a process of its own, and the cores for itself.
 * @throws CannotMeasure
 */
async function measureRounds(
  space: SpaceKey,
  count: number,
  settings: { python: string; threads: number; spinning: string | undefined; patienceMs: number },
): Promise<Round[]> {
  const { python, threads, spinning, patienceMs } = settings
  const options = ['--space', space, '--threads', String(threads)]
  const own = spinning === undefined ? [] : ['--spinning', spinning]
  const measure = (program: string, script: string, more: string[] = []) =>
    measureInQuiet(patienceMs, () => timesOf(program, [script, ...options, ...more]))
  const rounds: Round[] = []
  for (let i = 0; i < count; i++) {
    const theirs = await measure(python, peer)
    rounds.push({ ours: await measure(process.execPath, ours, own), theirs })
  }
  return rounds
}

/** Where the time of our step goes; a profile costs time itself, so it has a process of its own. */
async function profileStep(space: SpaceKey, threads: number): Promise<OperatorShare[]> {
  const folder = mkdtempSync(join(tmpdir(), 'training-step-'))
  try {
    const prefix = join(folder, 'profile')
    const options = ['--space', space, '--threads', String(threads), '--calls', '4', '--profile', prefix]
    await timesOf(process.execPath, [ours, ...options])
    return takeProfile(prefix)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function describeShare({ operator, share, nodes }: OperatorShare): string {
  return `${(100 * share).toFixed(1).padStart(6)} %  ${operator} (${nodes})`
}

function timesOf(program: string, args: string[]): Promise<StepTimes> {
  return new Promise((resolve, reject) => {
    execFile(program, args, (error, stdout, stderr) => {
      if (!error) resolve(stepTimes.parse(JSON.parse(stdout)))
      else if (error.code === peerCannotMeasure) reject(new CannotMeasure(stderr.trim()))
      else if (error.code === 'ENOENT') reject(new CannotMeasure(`there is no ${program}`))
      else reject(new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`, { cause: error }))
    })
  })
}

function describe({ space, ours, theirs, ratio, target, met, shareOfPeak, peak }: Comparison): string {
  const ms = `${ours.toFixed(2)} ms a step, PyTorch ${theirs.toFixed(2)} ms`
  const products = `products at ${Math.round(100 * shareOfPeak)} % of the peak of ${Math.round(peak.ours)} GFLOP/s`
  const verdict = `ratio ${ratio.toFixed(3)} (target at most ${target}, ${met ? 'met' : 'missed'})`
  return `${space} ${ms}, ${verdict}, ${products} (PyTorch's ${Math.round(peak.theirs)})`
}
