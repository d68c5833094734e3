import { join } from 'node:path'
import { packageRoot } from '../../package-root.ts'

/** What a shell runs for `shapwright`: this Node and this program. */
export const programWords: readonly [string, string] = [
  process.execPath,
  join(packageRoot, 'src-main', 'shapwright.js'),
]

/** A word in single quotes, as bash and zsh read it. */
export const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
