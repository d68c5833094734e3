import { inspectTable } from '../dataset/inspect.ts'
import type { Verb } from '../verb.ts'

export const inspect: Verb<'inspect'> = async ({ report }, path) => {
  report({ done: 0, doing: 'reading the table' })
  return await inspectTable(path)
}
