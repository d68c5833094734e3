import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CannotMeasure } from '../../benchmark.ts'
import { measureInQuiet } from '../../quiet.ts'
import type { SpaceKey } from '../training-step/step-times.ts'
import { type Round, type ValuedCoalitions, valuedCoalitions } from './times.ts'
import type { GameName } from './value-case.ts'

const ours = fileURLToPath(new URL('./measure-case.ts', import.meta.url))
const peer = fileURLToPath(new URL('../../peer/coalitions.py', import.meta.url))
const peerCannotMeasure = 77

export interface Conditions {
  python: string
  threads: number
  patienceMs: number
}

/** Writes a case for the peer. */
export async function writeCaseFor(
  space: SpaceKey,
  games: readonly GameName[],
  folder: string,
): Promise<void> {
  const chosen = games.flatMap((game) => ['--game', game])
  await outputOf(process.execPath, [ours, '--space', space, ...chosen, '--write', folder])
}

/**
 * Alternates between the two sides, each in a process of its own. PyTorch takes a part of the coalitions in each round,
 * every n-th, so that it has had all of them in the end: it has no use for their company.
 */
export async function measureRounds(
  { space, game, folder }: { space: SpaceKey; game: GameName; folder: string },
  rounds: number,
  conditions: Conditions,
): Promise<Round[]> {
  const threads = ['--threads', String(conditions.threads)]
  const found: Round[] = []
  for (let i = 0; i < rounds; i++) {
    const part = ['--part', `${i}/${rounds}`]
    const theirs = await measure(conditions, conditions.python, [
      peer,
      folder,
      '--game',
      game,
      ...part,
      ...threads,
    ])
    found.push({ ours: await measureOurs(space, game, [], conditions), theirs })
  }
  return found
}

/** Ours alone; `options` of measure-case.ts change the case. */
export function measureOurs(
  space: SpaceKey,
  game: GameName,
  options: readonly string[],
  conditions: Conditions,
): Promise<ValuedCoalitions> {
  const threads = ['--threads', String(conditions.threads)]
  return measure(conditions, process.execPath, [
    ours,
    '--space',
    space,
    '--game',
    game,
    ...threads,
    ...options,
  ])
}

async function measure(
  { patienceMs }: Conditions,
  program: string,
  args: string[],
): Promise<ValuedCoalitions> {
  const line = await measureInQuiet(patienceMs, () => outputOf(program, args))
  return valuedCoalitions.parse(JSON.parse(line))
}

function outputOf(program: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout)
      else if (error.code === peerCannotMeasure) reject(new CannotMeasure(stderr.trim()))
      else if (error.code === 'ENOENT') reject(new CannotMeasure(`there is no ${program}`))
      else reject(new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`, { cause: error }))
    })
  })
}
