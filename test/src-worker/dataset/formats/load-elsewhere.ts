import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import type { DatasetSpec } from '#contract/dataset.ts'

/** The hash of a dataset that another process makes in another working folder and locale. */
export async function hashElsewhere(spec: DatasetSpec, cacheFolder: string): Promise<string> {
  const script = `
    const { loadDataset } = await import(${JSON.stringify(import.meta.resolve('#worker/dataset/formats/index.ts'))})
    const dataset = await loadDataset(${JSON.stringify(spec)}, { cacheFolder: ${JSON.stringify(cacheFolder)} })
    console.log(dataset.hash)`
  const env = {
    ...process.env,
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    LANGUAGE: 'tr',
    TZ: 'Asia/Kathmandu',
  }
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: tmpdir(),
    env,
  })
  return stdout.trim()
}
