import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const packageRoot = fileURLToPath(new URL('../../../', import.meta.url))

interface Limits {
  /** No file may become larger: writing on fails as on a full disk. */
  largestFileKiB?: number
  /** Run as nobody where the tests run as root, whom no permission stops. */
  powerless?: boolean
}

/** Starts a module in a Node process of its own. */
export function startScript(
  source: string,
  { largestFileKiB, powerless = false }: Limits = {},
): ChildProcess {
  const limit = largestFileKiB === undefined ? '' : `ulimit -f ${largestFileKiB}; `
  const node = [process.execPath, '--input-type=module', '-e', source]
  const nobody = powerless && process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  return spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...node], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...nobody,
  })
}

/** Runs a module to its end. */
export async function runScript(
  source: string,
  limits: Limits = {},
): Promise<{ output: string; errors: string }> {
  const child = startScript(source, limits)
  let output = ''
  let errors = ''
  child.stdout!.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr!.on('data', (data: Buffer) => (errors += data.toString()))
  await once(child, 'close')
  return { output, errors }
}
