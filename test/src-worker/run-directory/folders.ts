import { readdirSync } from 'node:fs'
import { parseRunConfig } from '#contract/config.ts'

export const smallConfig = parseRunConfig({ dataset: { kind: 'emoji8' } }, 'test')

/** Every file below a folder, by relative path. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
