import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportedDataset } from '#contract/dataset/report.ts'
import type { DatasetSpec } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import type { Dataset } from '../dataset/dataset.ts'
import type { LoadOptions } from '../dataset/format.ts'
import { loadDataset } from '../dataset/formats/index.ts'
import { checkWholeTable } from '../dataset/report.ts'
import { writeSampleSheet } from '../dataset/sample-sheet.ts'
import { summarise } from '../dataset/summarise.ts'
import { writeRejected } from '../dataset/write-rejected.ts'
import type { Verb } from '../verb.ts'

export const importDataset: Verb<'import'> = async (
  { dataDir, signal, report: tell },
  spec,
  rejectedPath,
) => {
  const options: LoadOptions = {
    cacheFolder: join(dataDir, 'datasets'),
    signal,
    onProgress: (done, doing) => tell({ done: 0.8 * done, doing }),
  }
  const { dataset, report } = await open(spec, options, rejectedPath)
  await writeSampleSheet(join(dataDir, 'samples'), dataset, {
    signal,
    onProgress: (done, doing) => tell({ done: 0.8 + 0.2 * done, doing }),
  })
  const source = spec.kind === 'table' ? await describeFile(spec.path) : null
  return { summary: summarise(dataset), report, source }
}

async function open(
  spec: DatasetSpec,
  options: LoadOptions,
  rejectedPath: string,
): Promise<{ dataset: Dataset; report: ImportedDataset['report'] }> {
  if (spec.kind !== 'table') return { dataset: await loadDataset(spec, options), report: null }
  const { report, rejected, dataset, store } = await checkWholeTable(spec, options)
  if (dataset === null) throw Problem.from(report.problem!)
  store()
  writeRejected(rejectedPath, rejected)
  return { dataset, report }
}

/** What tells later whether a file is still the one that was imported. */
async function describeFile(path: string): Promise<NonNullable<ImportedDataset['source']>> {
  const { size, mtimeMs } = await stat(path)
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  return { bytes: size, modifiedAt: Math.round(mtimeMs), sha256 }
}
