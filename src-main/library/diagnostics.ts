import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { arch, homedir, platform, release } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { DiagnosticsFile, LibraryInfo } from '#contract/calls/library.ts'
import type { Machine } from '#contract/calls/devices.ts'
import type { DeviceStatus } from '#contract/device.ts'
import { asDataFolderProblem } from '#worker/run-directory/atomic-file.ts'
import { encodeJson } from '#worker/run-directory/json.ts'
import { listRuns, runPaths } from '#worker/run-directory/read.ts'
import { productManifest } from '../package-root.ts'
import { runFoldersOf } from './folders.ts'
import { logsOf } from './problem-log.ts'

/** What is known beyond the files of the data folder. */
export interface Known {
  dataDir: string
  devices: DeviceStatus[]
  machine: Machine
  info: LibraryInfo
}

/** Of so many runs, the newest, configuration and status are taken. */
const runsTaken = 20
/** Of a long log the end is taken. */
const logBytes = 1024 * 1024

/**
 * Writes a zip for a report of a fault: versions, machine, devices, settings, logs, and configuration and status of the
 * newest runs. No data, no weights, no notes, and `~` in the place of the home folder.
 * @throws Problem `data-folder-unwritable`
 */
export async function writeDiagnostics(known: Known, at = Date.now()): Promise<DiagnosticsFile> {
  const folder = join(known.dataDir, 'diagnostics')
  asDataFolderProblem(folder, () => mkdirSync(folder, { recursive: true }))
  const file = `shapwright-diagnostics-${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}.zip`
  const unfinished = join(folder, `.unfinished-${file}`)
  const zip = new ZipFile()
  for (const [name, text] of partsOf(known)) zip.addBuffer(Buffer.from(withoutHome(text)), name)
  zip.end()
  try {
    await pipeline(zip.outputStream, createWriteStream(unfinished))
    renameSync(unfinished, join(folder, file))
  } catch (error) {
    rmSync(unfinished, { force: true })
    return asDataFolderProblem(folder, () => {
      throw error
    })
  }
  return { file, folder, bytes: statSync(join(folder, file)).size }
}

/** Names and texts of what goes into the zip. */
function partsOf({ dataDir, devices, machine, info }: Known): [string, string][] {
  return [
    ['versions.json', encodeJson(versions())],
    ['machine.json', encodeJson(machine)],
    ['devices.json', encodeJson(devices)],
    ['library.json', encodeJson({ ...info, runs: listRuns(runFoldersOf(dataDir).runsDir).length })],
    ...partOf('settings.json', join(dataDir, 'settings.json')),
    ...namesIn(logsOf(dataDir)).flatMap((name) => partOf(`logs/${name}`, join(logsOf(dataDir), name))),
    ...newestRuns(dataDir).flatMap(([id, directory]) => {
      const { config, status } = runPaths(directory)
      return [...partOf(`runs/${id}/config.json`, config), ...partOf(`runs/${id}/status.json`, status)]
    }),
  ]
}

function versions(): Record<string, string> {
  const { version, dependencies } = productManifest()
  const { node, electron, v8 } = process.versions
  return {
    shapwright: version,
    'onnxruntime-node': dependencies['onnxruntime-node'],
    node,
    v8,
    ...(electron === undefined ? {} : { electron }),
    system: `${platform()} ${release()} ${arch()}`,
  }
}

function newestRuns(dataDir: string): [string, string][] {
  const { runsDir } = runFoldersOf(dataDir)
  const ids = listRuns(runsDir).slice(-runsTaken)
  return ids.map((id) => [id, join(runsDir, id)])
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).toSorted() : [])

/** The text of a file, or its end; nothing where there is no file. */
function partOf(name: string, path: string): [string, string][] {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return []
  return [[name, readFileSync(path).subarray(-logBytes).toString('utf8')]]
}

/** JSON writes the separators of Windows twice. */
function withoutHome(text: string): string {
  const home = homedir()
  if (home.length < 2) return text
  return text.replaceAll(JSON.stringify(home).slice(1, -1), '~').replaceAll(home, '~')
}
