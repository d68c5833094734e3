import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Names and contents of all files in a folder. */
export async function readFolder(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort()
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name), 'latin1')] as const),
    ),
  )
}
