import { Problem } from '#contract/problem.ts'
import type { TableFile } from './source.ts'

/** The UTF-8 text of a file. Throws `table-malformed` when it is none, or empty. */
export function decodeText({ path, bytes }: TableFile): string {
  const text = decode(path, bytes)
  if (text.trim() === '') throw new Problem('table-malformed', path, 'the file is empty')
  return text
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Problem('table-malformed', path, 'the file is not UTF-8 text', { cause: error })
  }
}
