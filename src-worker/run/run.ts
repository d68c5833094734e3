import { join } from 'node:path'
import type { RunConfig } from '#contract/config.ts'
import { latest, scoreTable } from '#contract/run-state.ts'
import type { RunEvent } from '#contract/events.ts'
import type { Genotype } from '#contract/genotype.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'
import { trainBackbone, type BackboneEpoch } from '../backbone/train-backbone.ts'
import { extractFeatures } from '../backbone/features.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { loadDataset } from '../dataset/formats/index.ts'
import { summarise } from '../dataset/summarise.ts'
import { chooseDevice } from '../onnx/devices.ts'
import type { Device } from '../onnx/session.ts'
import type { FoundCheckpoint } from '../run-directory/checkpoint.ts'
import { readConfig } from '../run-directory/read.ts'
import { RunWriter } from '../run-directory/write.ts'
import type { FeatureSet } from '../search/feature-set.ts'
import { fitModel } from '../search/fit-model.ts'
import { searchArchitecture, type SearchPoint } from '../search/search.ts'
import { costOf } from '../space/cost.ts'
import { playersOf } from '../space/players.ts'
import type { FusionSpace } from '../space/space.ts'
import { supernet } from '../space/supernet.ts'
import { loadModel, saveModel } from './artifacts.ts'
import { estimateWork } from './estimate-work.ts'
import { Journal, Stopped } from './journal.ts'
import { comparedModels, planModalities, spaceOf, type ModalityPlan } from './networks.ts'
import { exportBest } from './export-best.ts'
import { describeVersions } from './versions.ts'

export interface RunOptions {
  directory: string
  /** Where datasets and features are cached for all runs. */
  dataDir: string
  /** Gets every event after it is in the log. */
  send: (event: RunEvent) => void
  /** Aborted when the run is to stop. */
  signal: AbortSignal
}

/** A place from which a run goes on: what was under way, and its data. */
interface ResumePoint {
  stage: string
  state: unknown
  tensors: FoundCheckpoint['tensors']
}

/** Everything that the parts of a run share. */
export interface Run {
  config: RunConfig
  directory: string
  dataDir: string
  journal: Journal
  device: Device
  /** The checkpoint that the run goes on from, until its stage has taken it. */
  resume: ResumePoint | null
}

/**
 * Executes the run of a directory to its end, from its last checkpoint if it has begun: data, backbones, features,
 * search, training, export. A part that is done is recognised by its event, and its outcome loaded.
 *
 * Ends with status `done`, with `cancelled` when it was told to stop, or with `failed` and the problem in the log; a
 * failure is also thrown.
 */
export async function executeRun({ directory, dataDir, send, signal }: RunOptions): Promise<void> {
  const writer = RunWriter.open(directory)
  try {
    writer.setStatus('running')
    await executeFromPoint({ directory, dataDir, send, signal }, writer)
    writer.setStatus('done')
  } catch (error) {
    if (error instanceof Stopped) {
      send(writer.append({ type: 'cancelled' }))
      writer.flush()
      writer.setStatus('cancelled')
      return
    }
    recordFailure(writer, send, reportOf(error))
    throw error
  } finally {
    writer.close()
  }
}

async function executeFromPoint(options: RunOptions, writer: RunWriter): Promise<void> {
  const { directory, dataDir, send, signal } = options
  const config = readConfig(directory)
  const found = writer.lastSeq >= 0 ? writer.resume() : null
  if (found) send(found.event)
  const journal = new Journal(writer, send, signal)
  const { device, refused } = await chooseDevice(config.device)
  if (!latest(journal.state, 'started'))
    journal.emit({
      type: 'started',
      seed: config.seed,
      device,
      refused: [...refused],
      versions: describeVersions(),
    })
  const resume = resumePointOf(found?.checkpoint ?? null)
  await executeParts({ config, directory, dataDir, journal, device, resume })
  journal.emit({ type: 'done' })
  writer.flush()
  writer.writeResult(resultOf(journal))
}

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
  const { config, journal } = run
  const dataset = await openDataset(run)
  const modalities = planModalities(config, dataset)
  const space = spaceOf(config, modalities)
  await planWork(run, dataset, modalities, space)
  for (const [i, modality] of modalities.entries())
    await fitBackbone(run, dataset, modality, i / modalities.length)
  const set = await collectFeatures(run, dataset, modalities)
  announceSpace(run, space, set)
  const genotype = await findGenotype(run, space, set)
  await compareModels(run, space, modalities, set, genotype)
  if (!latest(journal.state, 'exported')) await exportBest(run, { dataset, modalities, space, set, genotype })
}

async function openDataset({ config, dataDir, journal }: Run): Promise<Dataset> {
  const dataset = await loadDataset(config.dataset, { cacheFolder: join(dataDir, 'datasets') })
  const summary = summarise(dataset)
  const known = latest(journal.state, 'dataset')?.summary
  if (known && known.hash !== summary.hash)
    throw new Problem('dataset-changed', dataset.name, `its content was ${known.hash} and is ${summary.hash}`)
  if (!known) journal.emit({ type: 'dataset', summary })
  await journal.breathe()
  return dataset
}

async function planWork(
  { config, journal }: Run,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
  space: FusionSpace,
): Promise<void> {
  if (latest(journal.state, 'plan')) return
  const phases = await estimateWork(config, modalities, space, {
    train: dataset.splits.train.length,
    validation: dataset.splits.validation.length,
    samples: dataset.samples.length,
    classes: dataset.classes.length,
  })
  journal.emit({ type: 'plan', phases })
  journal.progress('dataset', 1, dataset.name)
}

async function fitBackbone(
  run: Run,
  dataset: Dataset,
  modality: ModalityPlan,
  before: number,
): Promise<void> {
  const { config, directory, journal, device } = run
  if (journal.state.byType.backbone.some((event) => event.modality === modality.name)) return
  const stage = `backbone/${modality.name}`
  const share = 1 / Object.keys(dataset.modalities).length
  const point = takeResume(run, stage)
  const { epochs } = modality.config
  const trained = await trainBackbone(
    {
      config: modality.config,
      samples: modality.samples,
      labels: dataset.samples.map(({ label }) => label),
      classes: dataset.classes.length,
      splits: dataset.splits,
      seed: config.seed,
      device,
      threads: config.threads,
    },
    {
      breathe: journal.breathe,
      resumeFrom: point
        ? {
            weights: point.tensors['weights'].data as Float32Array,
            m: point.tensors['m'].data as Float32Array,
            v: point.tensors['v'].data as Float32Array,
            step: Number(point.tensors['step'].data[0]),
            history: point.state as BackboneEpoch[],
          }
        : undefined,
      onEpoch: (epoch, state) => {
        journal.emit({ type: 'backbone-epoch', modality: modality.name, epochs, ...epoch })
        const doing = `backbone ${modality.name}, epoch ${epoch.epoch + 1} of ${epochs}`
        journal.progress('backbones', before + (share * (epoch.epoch + 1)) / epochs, doing)
        const vector = (data: Float32Array) => ({ shape: [data.length], data })
        journal.save({
          meta: { stage, state: state.history },
          tensors: {
            weights: vector(state.weights),
            m: vector(state.m),
            v: vector(state.v),
            step: { shape: [1], data: Float64Array.of(state.step) },
          },
        })
      },
    },
  )
  const { weights, statistics, validation, test } = trained
  saveModel(directory, fileOf(stage), { weights, statistics })
  journal.emit({
    type: 'backbone',
    modality: modality.name,
    kind: modality.config.kind,
    parameters: weights.length,
    validationScore: validation.accuracy,
    testScore: test.accuracy,
    features: [...modality.features],
  })
  journal.save({ meta: { stage: 'between', state: null }, tensors: {} })
}

async function collectFeatures(
  { config, directory, dataDir, journal, device }: Run,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
): Promise<FeatureSet> {
  const values: Record<string, Float32Array> = {}
  const { train } = dataset.splits
  const variants = Array.from({ length: config.featureVariants }, (): Record<string, Float32Array> => ({}))
  for (const { name, network, samples, config: own } of modalities) {
    const { weights, statistics } = loadModel(directory, fileOf(`backbone/${name}`))
    const extracted = await extractFeatures({
      network,
      weights,
      statistics,
      samples,
      length: config.space.length,
      device,
      threads: config.threads,
      datasetHash: dataset.hash,
      config: own,
      seed: config.seed,
      cacheFolder: join(dataDir, 'features'),
      variants: { of: train, count: variants.length },
    })
    Object.assign(values, extracted.values)
    variants.forEach((variant, i) => Object.assign(variant, extracted.variants[i]))
    await journal.breathe()
  }
  return {
    length: config.space.length,
    features: modalities.flatMap(({ features }) => features),
    values,
    variants,
    labels: Int32Array.from(dataset.samples, ({ label }) => label),
    classes: dataset.classes,
    splits: dataset.splits,
  }
}

function announceSpace({ journal }: Run, space: FusionSpace, set: FeatureSet): void {
  if (latest(journal.state, 'space')) return
  journal.progress('features', 1, `${set.features.length} features`)
  const { parameters } = costOf(supernet(space, set.classes.length))
  journal.emit({ type: 'space', players: playersOf(space), features: [...set.features], parameters })
}

async function findGenotype(run: Run, space: FusionSpace, set: FeatureSet): Promise<Genotype> {
  const { config, directory, journal, device } = run
  const searched = latest(journal.state, 'searched')
  if (searched) return searched.genotype
  const point = takeResume(run, 'search')
  const from = point && { ...(point.state as Omit<SearchPoint, 'tensors'>), tensors: point.tensors }
  const checkpointOf = ({ tensors, ...state }: SearchPoint) => ({ meta: { stage: 'search', state }, tensors })
  const { genotype, epoch, derivedScore, supernet } = await searchArchitecture(
    { config, space, set, device },
    {
      emit: (event) => journal.emit(event),
      progress: (done, doing) => journal.progress('search', done, doing),
      breathe: journal.breathe,
      save: (latestPoint, { forced }) =>
        forced
          ? journal.save(checkpointOf(latestPoint()))
          : journal.saveIfDue(() => checkpointOf(latestPoint())),
    },
    from,
  )
  saveModel(directory, 'supernet', { ...supernet })
  journal.emit({ type: 'searched', genotype, epoch, derivedScore })
  journal.save({ meta: { stage: 'between', state: null }, tensors: {} })
  return genotype
}

async function compareModels(
  run: Run,
  space: FusionSpace,
  modalities: readonly ModalityPlan[],
  set: FeatureSet,
  genotype: Genotype,
): Promise<void> {
  const { config, directory, journal, device } = run
  const { epochs, repetitions } = config.training
  const models = comparedModels(space, modalities, genotype, set.classes.length)
  const jobs = models.flatMap((model) =>
    Array.from({ length: repetitions }, (_, repetition) => ({ ...model, repetition })),
  )
  for (const [i, { name, repetition, network }] of jobs.entries()) {
    const known = journal.state.byType.model
    if (known.some((event) => event.model === name && event.repetition === repetition)) continue
    const doing = `${name}, repetition ${repetition + 1} of ${repetitions}`
    const fitted = await fitModel(
      { name, repetition, network, set, config, device },
      {
        breathe: journal.breathe,
        onEpoch: async (epoch, trainLoss, validationScore) => {
          journal.emit({
            type: 'model-epoch',
            model: name,
            repetition,
            epoch,
            epochs,
            trainLoss,
            validationScore,
          })
          journal.progress('training', (i + (epoch + 1) / epochs) / jobs.length, doing)
        },
      },
    )
    const { weights, statistics, extra, validationScore, test } = fitted
    saveModel(directory, `${name}-${repetition}`, { weights, statistics, ...extra })
    journal.emit({
      type: 'model',
      model: name,
      repetition,
      ...costOf(network),
      validationScore,
      testScore: test.score,
      testMacroF1: test.macroF1,
    })
    journal.save({ meta: { stage: 'between', state: null }, tensors: {} })
  }
}

/** The outcome in one file, for other programs; everything in it is also in the events. */
function resultOf({ state }: Journal): unknown {
  const searched = latest(state, 'searched')!
  return {
    schemaVersion: 1,
    genotype: searched.genotype,
    validationScore: searched.derivedScore,
    backbones: state.byType.backbone.map(({ modality, testScore }) => ({ modality, testScore })),
    scores: scoreTable(state),
    latencyMs: latest(state, 'measured')?.latencyMs ?? null,
    files: latest(state, 'exported')?.files ?? [],
  }
}

function resumePointOf(checkpoint: FoundCheckpoint | null): ResumePoint | null {
  if (!checkpoint) return null
  const { stage, state } = checkpoint.meta as { stage: string; state: unknown }
  return { stage, state, tensors: checkpoint.tensors }
}

/** The checkpoint, if it was made in this stage. */
function takeResume(run: Run, stage: string): ResumePoint | null {
  return run.resume?.stage === stage ? run.resume : null
}

const fileOf = (stage: string) => stage.replace('/', '-')
