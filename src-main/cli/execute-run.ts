import { join } from 'node:path'
import { formatDuration } from '#contract/format.ts'
import { latest, type RunState } from '#contract/run/state.ts'
import { readConfig } from '#worker/run-directory/read.ts'
import type { CommonOptions } from './command.ts'
import type { FoundRun } from './find-run.ts'
import { answer, interrupted, note, print } from './output.ts'
import { readSummary } from './read-run.ts'
import { describeArchitecture, describeScores } from './report.ts'
import { watchRun } from './watch-run.ts'

/** Works on a run to its end or until Ctrl+C, and tells how it went. @throws Problem what the run failed with */
export async function executeRun({ id, directory }: FoundRun, options: CommonOptions): Promise<void> {
  const began = Date.now()
  const tell = options.json ? note : print
  const { state, outcome } = await watchRun(directory, options.dataDir, tell)
  const summary = options.json ? readSummary(directory) : null
  if (outcome === 'cancelled') {
    tell(`Stopped at a checkpoint. To go on: npm run shapwright -- resume ${id}`)
    process.exitCode = interrupted
    if (summary) answer(summary, options, () => [])
    return
  }
  answer(summary, options, () => [
    '',
    ...describeArchitecture(state, readConfig(directory)),
    '',
    ...describeScores(state),
    '',
    `Done in ${formatDuration(Date.now() - began)}.`,
    ...describeWhereabouts(state, { id, directory }),
  ])
}

/** Where the model of a run lies, and how to look at it. */
export function describeWhereabouts(state: RunState, { id, directory }: FoundRun): string[] {
  const model = latest(state, 'exported')?.files.find((file) => file.endsWith('.onnx'))
  return [
    ...(model ? [`The model file: ${join(directory, model)}`] : []),
    `To see the run in a window: npm start, then open run ${id}`,
  ]
}
