import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { packageRoot } from './package-root.ts'

/** What is built, by which program of which package, from which folders. */
const builds = {
  renderer: {
    product: 'out/renderer/index.html',
    command: ['vite/bin/vite.js', 'build', '--config', 'src-renderer/vite.config.ts', '--logLevel', 'error'],
    sources: ['src-renderer', 'src-contract'],
  },
  application: {
    product: 'out/main/electron.js',
    command: ['electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'error'],
    sources: ['src-renderer', 'src-main', 'src-worker', 'src-contract'],
  },
}

/**
 * Builds the renderer, or the renderer and Electron's side, where that is missing or older than its sources.
 * @throws Problem `file-not-found` when it cannot be built.
 */
export async function ensureBuilt(what: keyof typeof builds): Promise<void> {
  const { product, command, sources } = builds[what]
  if (isCurrent(join(packageRoot, product), sources)) return
  console.log('Building the window …')
  const [program, ...args] = command
  const path = join(packageRoot, 'node_modules', program)
  const child = spawn(process.execPath, [path, ...args], {
    cwd: packageRoot,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0)
    throw new Problem('file-not-found', product, 'it could not be built; `npm run build` tells more')
}

/** Whether a product is as new as its sources; one that came without sources is. */
function isCurrent(product: string, sources: readonly string[]): boolean {
  const built = statSync(product, { throwIfNoEntry: false })
  if (!built) return false
  const files = globSync(
    sources.map((folder) => `${folder}/**/*.{ts,vue,js,css,html,svg,sql}`),
    { cwd: packageRoot, exclude: (name) => name === 'node_modules' },
  )
  return files.every((file) => statSync(join(packageRoot, file)).mtimeMs <= built.mtimeMs)
}
