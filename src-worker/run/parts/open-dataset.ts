import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { latest } from '#contract/run/state.ts'
import type { Dataset } from '../../dataset/dataset.ts'
import { loadDataset } from '../../dataset/formats/index.ts'
import { writeSampleSheet } from '../../dataset/sample-sheet.ts'
import { summarise } from '../../dataset/summarise.ts'
import type { Run } from '../context.ts'

/** The dataset of the run, some of whose samples can be looked at from now on. Throws `dataset-changed` when it is not the one that the run began with. */
export async function openDataset({ config, dataDir, journal }: Run): Promise<Dataset> {
  const dataset = await loadDataset(config.dataset, { cacheFolder: join(dataDir, 'datasets') })
  const summary = summarise(dataset)
  const known = latest(journal.state, 'dataset')?.summary
  if (known && known.hash !== summary.hash)
    throw new Problem('dataset-changed', dataset.name, `its content was ${known.hash} and is ${summary.hash}`)
  if (!known) journal.emit({ type: 'dataset', summary })
  await writeSampleSheet(join(dataDir, 'samples'), dataset)
  await journal.breathe()
  return dataset
}
