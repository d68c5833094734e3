import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'

/** An empty folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shapwright-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const smallConfig = parseRunConfig({ dataset: { kind: 'emoji8' } }, 'test')

/** Every file below a folder, by relative path. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
