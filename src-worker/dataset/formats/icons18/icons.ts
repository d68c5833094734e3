import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Problem } from '#contract/problem.ts'
import type { Drawing } from '../collection/collection.ts'
import { packagedFile, readPackaged } from '../collection/packaged-file.ts'
import { mapLimited } from '../../map-limited.ts'

const source = '@phosphor-icons/core'

/** Phosphor's categories, in code-unit order. */
export const iconClasses = [
  'arrows',
  'brands',
  'commerce',
  'communications',
  'design',
  'editor',
  'finances',
  'games',
  'health & wellness',
  'maps & travel',
  'media',
  'nature',
  'objects',
  'office',
  'people',
  'system',
  'technology & development',
  'weather',
] as const

const catalogue = z.object({
  icons: z.array(z.object({ name: z.string(), categories: z.array(z.enum(iconClasses)).min(1) })),
})
const manifest = z.object({ version: z.string() })

/** The name and version of the package that the icons come from. */
export async function readSource(): Promise<string> {
  const { version } = await readPackaged(join(folderOf(), '../../package.json'), manifest)
  return `${source} ${version}`
}

/** All icons in the style `regular`, black; an icon is called by its name, and its text is the name in words. */
export async function readIcons(): Promise<Drawing[]> {
  const folder = folderOf()
  const { icons } = await readCatalogue()
  return await mapLimited(icons, 32, async ({ name, categories }) => ({
    id: name,
    text: name.replaceAll('-', ' '),
    labels: categories.map((category) => iconClasses.indexOf(category)).sort((a, b) => a - b),
    family: name,
    svg: await readFile(join(folder, `${name}.svg`), 'utf8'),
  }))
}

/** The package lets its pictures be found, and nothing else beside its code. */
const folderOf = () => join(packagedFile(`${source}/regular/acorn.svg`), '..')

async function readCatalogue(): Promise<z.infer<typeof catalogue>> {
  try {
    return catalogue.parse(await import('@phosphor-icons/core'))
  } catch (error) {
    throw new Problem('file-unreadable', source, `is the package installed? ${String(error)}`, {
      cause: error,
    })
  }
}
