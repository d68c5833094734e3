import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { z } from 'zod'
import { Problem } from '#contract/problem.ts'

/** The path of a file of an installed package. Throws `file-unreadable` when the package is not installed. */
export function packagedFile(path: string): string {
  try {
    return createRequire(import.meta.url).resolve(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** A checked JSON file of an installed package, or one at an absolute path. Throws `file-unreadable`. */
export async function readPackaged<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const file = packagedFile(path)
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    throw unreadable(path, error)
  }
}

const unreadable = (path: string, error: unknown) =>
  new Problem('file-unreadable', path, `is the package installed? ${String(error)}`, { cause: error })
