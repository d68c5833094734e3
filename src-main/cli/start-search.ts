import { mkdirSync } from 'node:fs'
import type { RunConfig } from '#contract/config.ts'
import { valuesPlayers, whyAlphaNeverMoves } from '#contract/config/strategy.ts'
import { asDataFolderProblem } from '#worker/run-directory/atomic-file.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { runFoldersOf } from '../library/folders.ts'
import type { CommonOptions } from './command.ts'
import { executeRun } from './execute-run.ts'
import { note } from './output.ts'
import { discardUnbegun } from './watch-run.ts'

/** Makes a run and works on it; nothing is left of one that failed before its data and settings were found to fit. */
export async function startSearch(config: RunConfig, options: CommonOptions): Promise<void> {
  const { runsDir } = runFoldersOf(options.dataDir)
  asDataFolderProblem(runsDir, () => mkdirSync(runsDir, { recursive: true }))
  const unmoved = whyAlphaNeverMoves(config.search, config.valuation)
  if (unmoved !== null) note(unmoved)
  const { strategy, alphaUpdate } = config.search
  if (alphaUpdate !== 'shapley' && !valuesPlayers(strategy))
    note(`search.alphaUpdate ${alphaUpdate} has no effect with ${strategy}.`)
  const run = createRun(runsDir, config)
  try {
    await executeRun(run, options)
  } catch (error) {
    discardUnbegun(run.directory)
    throw error
  }
}
