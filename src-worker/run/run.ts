import type { Reliability } from '#contract/run/calibration.ts'
import { refuseClashes } from '#contract/config/clashes.ts'
import { latest, otherScores, scoreTable, type RunState } from '#contract/run/state.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { nameWantOfMemory, reportOf, type ProblemReport } from '#contract/problem.ts'
import { taskOf, testScoreName } from '#contract/run/score-name.ts'
import type { DeviceStatus } from '#contract/device.ts'
import { FeatureMemory } from '../backbone/feature-memory.ts'
import { chooseDevice } from '../onnx/devices.ts'
import { readConfig, readEvents } from '../run-directory/read.ts'
import { RunWriter } from '../run-directory/write.ts'
import { resumePointOf, type Run } from './context.ts'
import { Stopped } from '../stopped.ts'
import { Journal } from './journal.ts'
import { planModalities, spaceOf } from './networks.ts'
import { announceSpace } from './parts/announce-space.ts'
import { collectFeatures } from './parts/collect-features.ts'
import { compareModels } from './parts/compare-models.ts'
import { exportBest } from './parts/export-best.ts'
import { findGenotype } from './parts/find-genotype.ts'
import { fitBackbones } from './parts/fit-backbones.ts'
import { openDataset } from './parts/open-dataset.ts'
import { readFiles } from './parts/read-files.ts'
import { planWork } from './parts/plan-work.ts'
import { describeVersions } from './versions.ts'

export interface RunOptions {
  directory: string
  /** Where datasets and features are cached for all runs. */
  dataDir: string
  /** What was found of this machine's devices, best first; only the processor where they were not looked for. */
  devices: readonly DeviceStatus[]
  /** Gets every event after it is in the log. */
  send: (event: RunEvent) => void
  /** Aborted with a Stopped when the run is to stop. */
  signal: AbortSignal
}

/**
 * Executes the run of a directory to its end, from its last checkpoint if it has begun: data, backbones, features,
 * search, training, export. A part that is done is recognised by its event, and its outcome loaded.
 *
 * Ends with status `done`, with `paused`, `cancelled` or `interrupted` when it was told to stop, or with `failed` and the
 * problem in the log; a failure is also thrown.
 * @throws Problem `run-busy` while another process has the run.
 */
export async function executeRun(options: RunOptions): Promise<void> {
  const { directory, send } = options
  const writer = RunWriter.open(directory)
  try {
    writer.setStatus('running')
    await executeFromPoint(options, writer)
    writer.setStatus('done')
  } catch (error) {
    if (error instanceof Stopped) {
      send(writer.append({ type: 'stopped' }))
      writer.flush()
      writer.setStatus(error.state, null, error.by)
      return
    }
    const failure = nameWantOfMemory(error, () => lastDoing(directory))
    recordFailure(writer, send, reportOf(failure))
    throw failure
  } finally {
    writer.close()
  }
}

async function executeFromPoint(options: RunOptions, writer: RunWriter): Promise<void> {
  const { directory, dataDir, devices, send, signal } = options
  const config = readConfig(directory)
  const found = writer.lastSeq >= 0 ? writer.resume() : null
  if (found) send(found.event)
  const journal = new Journal(writer, send, signal)
  // a run that goes on keeps its device: another one would round otherwise
  const begun = latest(journal.state, 'started')
  if (!begun) refuseClashes(config, directory)
  const { device, refused } = chooseDevice(begun?.device ?? config.device, devices)
  if (!begun)
    journal.emit({
      type: 'started',
      seed: config.seed,
      device,
      refused: [...refused],
      versions: describeVersions(),
    })
  const resume = resumePointOf(found?.checkpoint ?? null)
  const memory = new FeatureMemory(config.featureMemory)
  await executeParts({ config, directory, dataDir, journal, device, memory, resume })
  journal.emit({ type: 'done' })
  writer.flush()
  writer.writeResult(resultOf(journal))
}

/** What the run did last, in words. */
const lastDoing = (directory: string): string =>
  readEvents(directory).findLast((event) => event.type === 'progress')?.doing ?? 'the beginning'

/** The status names the problem even where the log has no room for it. */
function recordFailure(writer: RunWriter, send: RunOptions['send'], problem: ProblemReport): void {
  try {
    send(writer.append({ type: 'failed', problem }))
    writer.flush()
  } finally {
    writer.setStatus('failed', problem)
  }
}

async function executeParts(run: Run): Promise<void> {
  const { config } = run
  const dataset = await openDataset(run)
  const files = await readFiles(run, dataset)
  const modalities = planModalities(config, dataset, files)
  const space = spaceOf(config, modalities)
  await planWork(run, dataset, modalities, space)
  await fitBackbones(run, dataset, modalities)
  const set = await collectFeatures(run, dataset, modalities)
  announceSpace(run, space, set)
  const genotype = await findGenotype(run, space, set)
  await compareModels(run, space, modalities, set, genotype)
  await exportBest(run, { dataset, modalities, space, set, genotype })
}

/** Without the bins, which are for pictures. */
function calibrationOf(state: RunState): unknown {
  const told = latest(state, 'calibration')
  if (!told) return null
  const figures = ({ expectedCalibrationError, errorByChance, ...others }: Reliability) => {
    const { brierScore, negativeLogLikelihood } = others
    return { expectedCalibrationError, errorByChance, brierScore, negativeLogLikelihood }
  }
  return { temperature: told.temperature, before: figures(told.before), after: figures(told.after) }
}

/** The outcome in one file, for other programs; everything in it is also in the events. */
function resultOf({ state }: Journal): unknown {
  const searched = latest(state, 'searched')!
  return {
    schemaVersion: 1,
    task: taskOf(state),
    /** What every score here is. */
    score: testScoreName(state),
    genotype: searched.genotype,
    validationScore: searched.derivedScore,
    /** 0: nothing moved α, and chance chose the architecture where α chooses it. */
    alphaDistance: latest(state, 'search-epoch')!.alphaDistance,
    backbones: state.byType.backbone.map(({ modality, testScore }) => ({ modality, testScore })),
    scores: scoreTable(state),
    otherScores: otherScores(state),
    calibration: calibrationOf(state),
    latencyMs: latest(state, 'measured')?.latencyMs ?? null,
    files: latest(state, 'exported')?.files ?? [],
  }
}
