import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'

/** The binary that can open a window here, or why there is none. */
export type FoundElectron = { binary: string } | { reason: string }

export interface Surroundings {
  environment: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  /** The folder of the `electron` package. */
  packageDir: string
  /** Fetches the binary into the package; false when that fails. */
  install: (packageDir: string) => boolean
}

const thisMachine: Surroundings = {
  environment: process.env,
  platform: process.platform,
  packageDir: join(packageRoot, 'node_modules', 'electron'),
  install: (packageDir) => {
    console.log("Looking for Electron's binary …")
    return spawnSync(process.execPath, [join(packageDir, 'install.js')], { stdio: 'ignore' }).status === 0
  },
}

/**
 * Finds Electron's binary, and has its package fetch it when it is not there yet.
 * Trap: importing `electron` itself outside Electron would fetch the binary too, and throw where it cannot.
 */
export function findElectron(surroundings: Surroundings = thisMachine): FoundElectron {
  const { environment, platform, packageDir, install } = surroundings
  if (platform === 'linux' && !environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) {
    return { reason: 'this machine has no display' }
  }
  if (!existsSync(packageDir)) return { reason: 'the package electron is not installed' }
  const there = binaryOf(surroundings)
  if (there) return { binary: there }
  const fetched = install(packageDir) ? binaryOf(surroundings) : null
  return fetched ? { binary: fetched } : { reason: 'the Electron binary is not here and cannot be fetched' }
}

function binaryOf({ environment, platform, packageDir }: Surroundings): string | null {
  const pathFile = join(packageDir, 'path.txt')
  const usual = platform === 'win32' ? 'electron.exe' : 'electron'
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : usual
  const binary = join(environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageDir, 'dist'), name)
  return existsSync(binary) ? binary : null
}
