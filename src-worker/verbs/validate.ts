import { join } from 'node:path'
import { checkWholeTable } from '../dataset/report.ts'
import { writeRejected } from '../dataset/write-rejected.ts'
import type { Verb } from '../verb.ts'

export const validate: Verb<'validate'> = async ({ dataDir, signal, report: tell }, spec, rejectedPath) => {
  const onProgress = (done: number, doing: string) => tell({ done, doing })
  const options = { cacheFolder: join(dataDir, 'datasets'), signal, onProgress }
  const { report, rejected } = await checkWholeTable(spec, options)
  writeRejected(rejectedPath, rejected)
  return report
}
