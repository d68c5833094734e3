import { basename } from 'node:path'
import type { RunConfig } from '#contract/config.ts'
import type { DeviceName, DeviceStatus } from '#contract/device.ts'
import type { EventOf } from '#contract/run/events.ts'
import type { Genotype, Player } from '#contract/genotype.ts'
import { Problem } from '#contract/problem.ts'
import { foldEvents, latest, type RunState } from '#contract/run/state.ts'
import { FeatureMemory } from '../backbone/feature-memory.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { chooseDevice } from '../onnx/devices.ts'
import { stream } from '../random.ts'
import { readConfig, readEvents } from '../run-directory/read.ts'
import { initialAlphas } from '../search/alphas.ts'
import type { SupernetState } from '../search/coalition-evaluator.ts'
import type { FeatureSet } from '../search/feature-set.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import { mixtureFromAlphas, playersOf } from '../space/players.ts'
import type { FusionSpace } from '../space/space.ts'
import { supernet } from '../space/supernet.ts'
import { layoutOf, type Layout } from '../training/layout.ts'
import { loadModel, modelNames } from './artifacts.ts'
import type { Run, RunJournal } from './context.ts'
import { planModalities, spaceOf, type ModalityPlan } from './networks.ts'
import { collectFeatures } from './parts/collect-features.ts'
import { openDataset } from './parts/open-dataset.ts'
import { readFiles } from './parts/read-files.ts'

export interface ReopenOptions {
  directory: string
  /** Where datasets and features are cached for all runs. */
  dataDir: string
  /** What was found of this machine's devices, best first; only the processor where they were not looked for. */
  devices: readonly DeviceStatus[]
  /** Called between the batches of what must be computed anew; what it throws ends it. */
  breathe(): Promise<void>
}

/** A run whose search has ended, as it lies in its directory, with everything that its networks need to compute. */
export interface ReopenedRun {
  id: string
  directory: string
  config: RunConfig
  state: RunState
  /** The run's own where this machine has it, else the best that works: that one may round differently. */
  device: DeviceName
  dataset: Dataset
  modalities: readonly ModalityPlan[]
  space: FusionSpace
  set: FeatureSet
  players: readonly Player[]
  /** The genotype that the search kept. */
  genotype: Genotype
  network: FusionNetwork
  /** Where the supernet's parameters stand in its weights. */
  layout: Layout
  /** The supernet as the search left it; its statistics are those under `finalMixture`. */
  supernet: SupernetState
  lastEpoch: EventOf<'search-epoch'>
  /** `[players]`: the mixture weights that the search ended with. */
  finalMixture: readonly number[]
  /**
   * `[players]`: those that the last epoch valued its coalitions under, before α moved on. Equal to `finalMixture`
   * where φ did not move α.
   */
  valuedMixture: readonly number[]
}

/**
 * Opens a run whose search has ended, without training anything: its features come from the cache, or anew from the
 * saved backbones. Only reads in the run's directory, so the run may be at work meanwhile.
 * @throws Problem `run-not-searched`, `dataset-changed`, `run-damaged`, `run-not-found`, `file-not-found` and whatever
 * else reading the dataset may find.
 */
export async function reopenRun(options: ReopenOptions): Promise<ReopenedRun> {
  const { directory, dataDir, devices, breathe } = options
  const config = readConfig(directory)
  const state = foldEvents(readEvents(directory))
  const searched = latest(state, 'searched')
  const lastEpoch = latest(state, 'search-epoch')
  if (!searched || !lastEpoch)
    throw new Problem('run-not-searched', basename(directory), 'it has kept no supernet yet')
  const { weights, statistics, steps } = loadModel(directory, modelNames.supernet)
  const device = deviceOf(state, devices)
  const journal = readOnlyJournal(state, breathe)
  const memory = new FeatureMemory(config.featureMemory)
  const run: Run = { config, directory, dataDir, journal, device, memory, resume: null }
  const dataset = await openDataset(run)
  const files = await readFiles(run, dataset)
  const modalities = planModalities(config, dataset, files)
  const space = spaceOf(config, modalities)
  const set = await collectFeatures(run, dataset, modalities)
  const network = supernet(space, set.classes.length)
  const layout = layoutOf(network)
  const { weightCount } = layout
  if (weights?.length !== weightCount) {
    const detail = `it has ${weights?.length ?? 0} weights and the configuration asks for ${weightCount}`
    throw new Problem('run-damaged', `${directory}, supernet`, detail)
  }
  const players = playersOf(space)
  return {
    id: basename(directory),
    directory,
    config,
    state,
    device,
    dataset,
    modalities,
    space,
    set,
    players,
    genotype: searched.genotype,
    network,
    layout,
    supernet: { weights, statistics, steps },
    lastEpoch,
    finalMixture: inOrder(players, lastEpoch.mixture),
    valuedMixture: valuedMixtureOf(state, players, config.seed),
  }
}

/** The device of the run where it works here. */
function deviceOf(state: RunState, devices: readonly DeviceStatus[]): DeviceName {
  const own = latest(state, 'started')!.device
  const works = devices.some(({ device, available }) => device === own && available)
  return chooseDevice(works ? own : 'auto', devices).device
}

/** Lets the parts of a run find what is there; that one of them would write is a defect. */
function readOnlyJournal(state: RunState, breathe: () => Promise<void>): RunJournal {
  const refuse = (): never => {
    throw new Problem('internal', 'reopened run', 'a part wrote into a run that is only read')
  }
  return {
    state,
    emit: refuse,
    save: refuse,
    saveBetween: refuse,
    saveIfDue: refuse,
    progress: () => {},
    breathe,
  }
}

function valuedMixtureOf(state: RunState, players: readonly Player[], seed: number): readonly number[] {
  const [last, before] = state.byType['search-epoch'].toReversed()
  if (last.valuedMixture) return inOrder(players, last.valuedMixture)
  if (!last.shapley) return inOrder(players, last.mixture)
  // logs of versions that did not tell: φ moved α at the end of each epoch and nothing else did
  return before
    ? inOrder(players, before.mixture)
    : mixtureFromAlphas(players, initialAlphas(players, stream(seed, 'alphas')))
}

function inOrder(players: readonly Player[], byPlayer: Readonly<Record<string, number>>): number[] {
  return players.map(({ id }) => byPlayer[id])
}
