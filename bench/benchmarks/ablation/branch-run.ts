import type { RunConfig } from '#contract/config.ts'
import { eventsOf, foldEvents } from '#contract/run/state.ts'
import { loadModel, modelNames, saveModel } from '#worker/run/artifacts.ts'
import { readEvents } from '#worker/run-directory/read.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'

/** What a run writes until its backbones are trained, but for the plan, which each strategy makes for itself. */
const shared = new Set(['started', 'dataset', 'backbone-epoch', 'backbone'])

/**
 * A new run that goes on from where another one had its backbones trained, with equal dataset, backbones, seed and
 * threads: the backbones would come out the same. Features are in the cache of the data folder.
 */
export function branchRun(runsDir: string, config: RunConfig, from: string): string {
  const trained = eventsOf(foldEvents(readEvents(from))).filter(({ type }) => shared.has(type))
  const { directory } = createRun(runsDir, config)
  const writer = RunWriter.open(directory)
  try {
    for (const { seq: _, at, ...body } of trained) writer.append(body, at)
    for (const event of trained)
      if (event.type === 'backbone') {
        const name = modelNames.backbone(event.modality)
        saveModel(directory, name, loadModel(from, name))
      }
    writer.saveCheckpoint({ meta: { stage: 'between', state: null }, tensors: {} })
  } finally {
    writer.close()
  }
  return directory
}
