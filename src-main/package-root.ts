import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder with the product's package.json, from the sources and from a bundle alike. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)))

interface ProductManifest {
  version: string
  dependencies: Record<string, string>
}

export function productManifest(): ProductManifest {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as ProductManifest
}

function findPackageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('the installation has no package.json')
  return findPackageRoot(parent)
}
