import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** A name after the moment, `20260314-150926` in UTC, that no folder in `exports` has yet. */
export function freeExportName(exports: string, at: Date): string {
  const [date, time] = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T')
  const name = `${date}-${time}`
  if (!existsSync(join(exports, name))) return name
  for (let i = 2; ; i++) if (!existsSync(join(exports, `${name}-${i}`))) return `${name}-${i}`
}
