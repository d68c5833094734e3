import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import type { Estimate, Seconds } from '#contract/estimate.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { loadDataset } from '../dataset/formats/index.ts'
import { addUp, type Measurements } from '../estimate/add-up.ts'
import { standInFeatures } from '../estimate/features.ts'
import { standInFiles, type StandInFiles } from '../estimate/files.ts'
import { amountsOf, diskOf, machineName, memoryOf, secondsToStore } from '../estimate/machine.ts'
import { measureBackbone } from '../estimate/measure-backbone.ts'
import { measureModels } from '../estimate/measure-models.ts'
import { measureSearch } from '../estimate/measure-search.ts'
import { timedOnce } from '../estimate/timing.ts'
import { chooseDevice } from '../onnx/devices.ts'
import { planModalities, spaceOf, type ModalityPlan } from '../run/networks.ts'
import type { FusionSpace } from '../space/space.ts'
import type { Verb } from '../verb.ts'

interface OpenDataset {
  dataset: Dataset
  /** Seconds to read it, its cache filled. */
  took: Seconds
}

/** What is measured once for all configurations of one shape. */
interface Measured {
  times: Measurements
  tookMs: number
}

/**
 * What runs of these configurations will take on this machine: a short stretch of every kind of work is done for real,
 * once for all configurations with the same networks and batches, and multiplied by how often a run does it. The
 * datasets are opened, which fills their cache as a run would.
 */
export const estimate: Verb<'estimate'> = async ({ signal, dataDir, report }, configs, devices) => {
  const load = process.platform === 'win32' ? null : loadavg()[0]
  const datasets = new Map<string, Promise<OpenDataset>>()
  const read = new Map<string, Promise<StandInFiles>>()
  const shapes = new Map<string, Promise<Measured>>()
  const breathe = async () => {
    await setImmediate()
    signal.throwIfAborted()
  }
  const estimates: Estimate[] = []
  for (const [i, config] of configs.entries()) {
    const { device } = chooseDevice(config.device, devices)
    const say = (doing: string, share: number) =>
      report({
        done: (i + share) / configs.length,
        doing: configs.length > 1 ? `settings ${i + 1} of ${configs.length}: ${doing}` : doing,
      })
    say('reading the data', 0)
    const { dataset, took } = await once(datasets, JSON.stringify(config.dataset), () =>
      openDataset(config, dataDir),
    )
    await breathe()
    const { files, reading } = await once(read, filesOf(config, device), () =>
      standInFiles(config, dataset, { dataDir, device }),
    )
    const modalities = planModalities(config, dataset, files)
    const space = spaceOf(config, modalities)
    const { times, tookMs } = await once(shapes, shapeOf(config), () =>
      measure({ config, device, dataset, modalities, space, took, reading, breathe, say }),
    )
    const amounts = await amountsOf(config, dataset, modalities, space)
    estimates.push({
      schemaVersion: 1,
      machine: machineName(),
      device,
      threads: config.threads,
      measuredAt: Date.now(),
      tookMs,
      load,
      cores: availableParallelism(),
      ...addUp(config, times, amounts),
      memory: memoryOf(config, dataset, modalities),
      disk: diskOf(config, space, modalities, dataset.classes.length, amounts.featureBytes, dataDir),
    })
  }
  return estimates
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? make()
  known.set(key, made)
  return made
}

/** A dataset that took long was built or imported; a run reads it from the cache, so that is what counts. */
async function openDataset({ dataset: spec }: RunConfig, dataDir: string): Promise<OpenDataset> {
  const open = () => timedOnce(() => loadDataset(spec, { cacheFolder: join(dataDir, 'datasets') }))
  const first = await open()
  const { value, took } = first.took.seconds > 2 ? await open() : first
  return { dataset: value, took }
}

interface MeasureTask {
  config: RunConfig
  device: DeviceName
  dataset: Dataset
  modalities: readonly ModalityPlan[]
  space: FusionSpace
  took: Seconds
  reading: StandInFiles['reading']
  breathe: () => Promise<void>
  say: (doing: string, share: number) => void
}

async function measure(task: MeasureTask): Promise<Measured> {
  const { dataset, modalities, space, config, took, reading, say } = task
  const begun = performance.now()
  const backbones: Measurements['backbones'] = {}
  for (const [i, modality] of modalities.entries()) {
    say(`timing the backbone of ${modality.name}`, 0.1 + (0.3 * i) / modalities.length)
    backbones[modality.name] = await measureBackbone(task, dataset, modality)
  }
  const set = standInFeatures(config, dataset, modalities)
  say('timing the supernet and its coalitions', 0.4)
  const search = await measureSearch(task, space, set)
  say('timing the final trainings', 0.75)
  const models = await measureModels(task, space, modalities, set)
  const times = {
    dataset: Object.values(reading).reduce(sumOf, took),
    backbones,
    search,
    models,
    store: secondsToStore(),
  }
  return { times, tookMs: performance.now() - begun }
}

/** Files read their modalities right after the data are read. */
const sumOf = (one: Seconds, other: Seconds): Seconds => ({
  seconds: one.seconds + other.seconds,
  low: one.low + other.low,
  high: one.high + other.high,
})

/** What decides what files read, and where. */
const filesOf = ({ dataset, backbones, space, threads }: RunConfig, device: DeviceName): string => {
  const files = Object.entries(backbones).filter(([, { kind }]) => kind === 'onnx')
  return JSON.stringify([dataset, files, space.length, threads, device])
}

/** What decides the networks, their batches and their device; how often they are used does not. */
function shapeOf(config: RunConfig): string {
  const { dataset, backbones, space, search, valuation, training, device, threads } = config
  const networks = Object.entries(backbones).map(([name, network]) => [name, { ...network, epochs: 0 }])
  const { strategy } = search
  const batches = [search.batchSize, valuation.batchSize, training.batchSize]
  return JSON.stringify({ dataset, networks, space, strategy, batches, device, threads })
}
