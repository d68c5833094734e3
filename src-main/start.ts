import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Problem, reportOf } from '#contract/problem.ts'
import { defaultDataDir } from './data-dir.ts'
import { ensureBuilt } from './build.ts'
import { findElectron } from './electron/find-electron.ts'
import { startHost } from './host.ts'
import { packageRoot } from './package-root.ts'
import { printProblem } from './print-problem.ts'
import { createWorkbench } from './workbench.ts'
import { forkWorkers } from './workers/node-worker.ts'

interface StartOptions {
  dataDir: string
  port: number
  /** Open the local host even where Electron could be opened. */
  host: boolean
  /** Further folders in which the window may look for files. */
  roots: string[]
  /** Leave the runs that are being worked on running when the host ends. */
  keep: boolean
}

/** Opens the window, or the local host where Electron cannot be had; sets the exit code when neither opens. */
export async function main(args: string[]): Promise<void> {
  try {
    const options = parseStartOptions(args)
    const electron = options.host ? null : findElectron()
    if (electron && 'binary' in electron) return await openElectron(electron.binary, options)
    if (electron) console.log(`No Electron window: ${electron.reason}. Opening the local host instead.`)
    await openHost(options)
  } catch (error) {
    printProblem(reportOf(error))
    process.exitCode = error instanceof Problem ? 2 : 1
  }
}

/** @throws Problem `bad-arguments` */
export function parseStartOptions(args: string[]): StartOptions {
  try {
    const options = {
      host: { type: 'boolean' },
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      root: { type: 'string', multiple: true },
      keep: { type: 'boolean' },
    } as const
    const { values } = parseArgs({ args, options })
    if (values['data-dir']?.trim() === '')
      throw new Problem('bad-arguments', '--data-dir', 'it names no folder')
    return {
      dataDir: resolve(values['data-dir'] ?? defaultDataDir()),
      port: portFrom(values.port ?? '0'),
      host: values.host ?? false,
      roots: (values.root ?? []).map(existingFolder),
      keep: values.keep ?? false,
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('bad-arguments', args.join(' '), (error as Error).message, { cause: error })
  }
}

function existingFolder(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return resolve(path)
  throw new Problem('bad-arguments', `--root ${path}`, 'there is no such folder')
}

function portFrom(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port < 65536) return port
  throw new Problem('bad-arguments', `--port ${text}`, 'a port is a number from 0 to 65535')
}

async function openElectron(binary: string, { dataDir }: StartOptions): Promise<void> {
  await ensureBuilt('application')
  const env = { ...process.env, SHAPWRIGHT_DATA_DIR: dataDir }
  const child = spawn(binary, [packageRoot], { stdio: 'inherit', env })
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
}

async function openHost({ dataDir, port, roots, keep }: StartOptions): Promise<void> {
  await ensureBuilt('renderer')
  const workbench = await createWorkbench({
    dataDir,
    roots,
    spawnWorker: forkWorkers(),
    report: printProblem,
  })
  const host = await startHost({ workbench, port }).catch(async (error: unknown) => {
    await workbench.close()
    throw error
  })
  console.log(`Shapwright is open at ${host.url}`)
  console.log('Ctrl+C ends it.')
  await endRequested()
  console.log(
    keep
      ? 'Ending: what runs goes on without the window; the next one takes care of it.'
      : 'Ending: what runs stops at its next checkpoint and can be resumed. Ctrl+C again ends at once.',
  )
  process.once('SIGINT', () => process.exit(130))
  await host.close()
  await workbench.close({ running: keep ? 'keep' : 'pause' })
}

function endRequested(): Promise<unknown> {
  return Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}
