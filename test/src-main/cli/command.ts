import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const entry = fileURLToPath(new URL('../../../src-main/shapwright.js', import.meta.url))

export interface Ended {
  /** null when a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

/** The command line at work in a process of its own. */
export interface Command {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves once standard output or standard error holds the text; rejects when the process ends without it. */
  said(text: string): Promise<void>
}

export interface CommandOptions {
  cwd?: string
  /** Words of a shell's command that come before the process is put in the shell's place: `ulimit -f 8`. */
  limit?: string
}

/**
 * Starts the command line as a user does, in a process group of its own, as a terminal gives it. What is left of it when
 * the test ends is killed.
 */
export function startCommand(args: readonly string[], { cwd, limit }: CommandOptions = {}): Command {
  const options = { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] }
  const child =
    limit === undefined
      ? spawn(process.execPath, [entry, ...args], options)
      : spawn('bash', ['-c', `${limit}; exec "$0" "$@"`, process.execPath, entry, ...args], options)
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL')
  })
  const outcome: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.stderr += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ ...outcome, code }))
  })
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (outcome.stdout.includes(text) || outcome.stderr.includes(text)) resolve()
      }
      look()
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      child.once('close', () =>
        reject(new Error(`it ended without saying ${text}: ${JSON.stringify(outcome)}`)),
      )
    })
  return { child, ended, said }
}

export const runCommand = (args: readonly string[], options?: CommandOptions): Promise<Ended> =>
  startCommand(args, options).ended

/** Everything in the folder of the runs, hidden and half-written entries included; empty when there is none. */
export function runEntries(dataDir: string): string[] {
  try {
    return readdirSync(join(dataDir, 'runs'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

export const words = (text: string) => text.split(' ')

/** Options of `search` that make a run over a table of the small fixtures as short as it may be. */
export const tinySettings = [
  ...words('--device cpu --threads 1 --seed 3'),
  ...words(
    'space.channels=4 space.length=4 search.epochs=2 search.batchSize=8 valuation.samplesNormal=2 valuation.samplesSparse=2 valuation.batchSize=16 training.epochs=2 training.batchSize=8 training.repetitions=2',
  ).flatMap((assignment) => ['--set', assignment]),
]
