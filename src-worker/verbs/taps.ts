import { readFile } from 'node:fs/promises'
import { Problem } from '#contract/problem.ts'
import { listTaps } from '../backbone/onnx/list-taps.ts'
import type { Verb } from '../verb.ts'

export const taps: Verb<'taps'> = async ({ report }, path, size) => {
  report({ done: 0, doing: 'reading the file' })
  const bytes = await readFile(path).catch((error: Error) => {
    throw new Problem('file-unreadable', path, error.message, { cause: error })
  })
  report({ done: 0.3, doing: 'running it once to see its tensors' })
  return await listTaps(bytes, path, size)
}
