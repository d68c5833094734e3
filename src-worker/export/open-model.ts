import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { backboneConfig } from '#contract/config.ts'
import type { TaskName } from '#contract/dataset.ts'
import type { FeatureInfo } from '#contract/run/events.ts'
import { bestRepetition } from '#contract/export.ts'
import type { Genotype } from '#contract/genotype.ts'
import { Problem } from '#contract/problem.ts'
import { latest } from '#contract/run/state.ts'
import { isChosenOnTest, taskOf } from '#contract/run/score-name.ts'
import type { BackboneNetwork } from '../backbone/backbone.ts'
import { backboneNetwork, defaultKind } from '../backbone/backbones/index.ts'
import { probeNetwork } from '../backbone/onnx/probe.ts'
import { inputShapeOf, preprocessingFile, type Preprocessing } from '../dataset/preprocess.ts'
import { parseJson } from '../run-directory/json.ts'
import { runPaths } from '../run-directory/layout.ts'
import { decodeSafetensors, type StoredTensor } from '../run-directory/safetensors.ts'
import { loadModel, modelNames } from '../run/artifacts.ts'
import { derivedNetwork } from '../space/derived.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import { createSpace, type FusionSpace } from '../space/space.ts'
import type { ExportSource } from './exporter.ts'
import { readSamples } from './samples.ts'
import type { Trained } from './trained.ts'
import type { FolderFiles } from './write-folder.ts'

/** One modality that the fusion reads. */
export interface OpenModality {
  name: string
  preprocessing: Preprocessing
  backbone: Trained<BackboneNetwork>
  /** Features by depth. */
  features: readonly FeatureInfo[]
  /** Preprocessed inputs of a few test samples, [sample, …shape]. */
  golden: StoredTensor
}

/** A trained classifier as its run directory holds it. */
export interface OpenModel {
  genotype: Genotype
  task: TaskName
  classes: readonly string[]
  repetition: number
  validationScore: number
  testScore: number
  /** Whether the test split has chosen the epoch of its weights. */
  chosenOnTest: boolean
  /** That calibrates its scores; null for repetitions that no run calibrated. */
  temperature: number | null
  space: FusionSpace
  fusion: Trained<FusionNetwork>
  modalities: readonly OpenModality[]
  /** The raw values behind the golden inputs; empty for runs of versions that did not keep them. */
  samples: FolderFiles
}

/** Where a run leaves its own bundle, with what no weights can tell: preprocessing and golden inputs. */
export const bundleFolder = (directory: string): string => join(runPaths(directory).exports, 'model')

/**
 * Reads a trained repetition of the derived architecture with its backbones, from the run directory alone: the dataset
 * need not be there any more.
 * @throws Problem `not-exportable` when there is no such repetition, `run-damaged`, `file-unreadable`.
 */
export function openModel(source: ExportSource, repetition: number | null): OpenModel {
  const { directory, config, state } = source
  const chosen = repetition ?? bestRepetition(state)
  const event = state.byType.model.find((one) => one.model === 'derived' && one.repetition === chosen)
  const searched = latest(state, 'searched')
  const announced = latest(state, 'space')
  if (!event || !searched || !announced)
    throw new Problem('not-exportable', source.id, `there is no trained repetition ${chosen + 1}`)
  const { inputs, classes } = readPreprocessing(directory)
  const golden = readGolden(directory)
  const space = createSpace(config.space, announced.features)
  const network = derivedNetwork(space, searched.genotype, classes.length)
  return {
    genotype: searched.genotype,
    task: taskOf(state),
    classes,
    repetition: chosen,
    validationScore: event.validationScore,
    testScore: event.testScore,
    chosenOnTest: isChosenOnTest(state),
    temperature:
      chosen === bestRepetition(state) ? (latest(state, 'calibration')?.temperature ?? null) : null,
    space,
    fusion: { network, ...trainedNumbers(directory, modelNames.repetition('derived', chosen)) },
    modalities: Object.entries(inputs).map(([name, preprocessing]): OpenModality => {
      const shape = inputShapeOf(preprocessing)
      const own = config.backbones[name] ?? backboneConfig.parse({ kind: defaultKind(shape) })
      const features = announced.features.filter(({ modality }) => modality === name)
      const network =
        own.kind === 'onnx'
          ? probeNetwork(
              features.map(({ tap, channels }) => ({ name: tap, channels })),
              config.space.length,
              classes.length,
            )
          : backboneNetwork(own, shape, classes.length)
      return {
        name,
        preprocessing,
        backbone: { network, ...trainedNumbers(directory, modelNames.backbone(name)) },
        features,
        golden: golden[name],
      }
    }),
    samples: readSamples(bundleFolder(directory)),
  }
}

function trainedNumbers(directory: string, name: string): Omit<Trained, 'network'> {
  const { weights, statistics, ...extra } = loadModel(directory, name)
  return { weights, statistics, extra }
}

function readPreprocessing(directory: string) {
  const path = join(bundleFolder(directory), 'preprocessing.json')
  const parsed = preprocessingFile.safeParse(parseJson(readBundle(path).toString(), path))
  if (!parsed.success) throw new Problem('run-damaged', path, parsed.error.issues[0].message)
  return parsed.data
}

function readGolden(directory: string): Record<string, StoredTensor> {
  const path = join(bundleFolder(directory), 'golden.safetensors')
  return decodeSafetensors(readBundle(path), path).tensors
}

function readBundle(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Problem('run-damaged', path, (error as Error).message, { cause: error })
  }
}
