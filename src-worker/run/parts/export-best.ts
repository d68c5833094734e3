import { dirname, relative } from 'node:path'
import { bestRepetition } from '#contract/export.ts'
import { latest } from '#contract/run/state.ts'
import type { Genotype } from '#contract/genotype.ts'
import type { Dataset } from '../../dataset/dataset.ts'
import { bundleFiles } from '../../export/bundle-files.ts'
import { modelCard, modelMetadata } from '../../export/describe-model.ts'
import { exportClassifier, goldenSamples } from '../../export/export-classifier.ts'
import { bundleFolder } from '../../export/open-model.ts'
import { sampleFiles } from '../../export/samples.ts'
import { writeFolder } from '../../export/write-folder.ts'
import {
  answersOn,
  outcomeOf,
  type FeatureNetwork,
  type InferenceState,
} from '../../search/feature-answers.ts'
import type { FeatureSet } from '../../search/feature-set.ts'
import { derivedNetwork } from '../../space/derived.ts'
import type { FusionSpace } from '../../space/space.ts'
import { costOf } from '../../training/cost.ts'
import type { Outcome } from '../../training/outcome.ts'
import { Predictor } from '../../training/predictor.ts'
import { fitTemperature } from '../../training/calibration.ts'
import { loadModel, modelNames } from '../artifacts.ts'
import type { Run } from '../context.ts'
import type { ModalityPlan } from '../networks.ts'
import { tellAnswers } from './tell-answers.ts'

interface Exportable {
  dataset: Dataset
  modalities: readonly ModalityPlan[]
  space: FusionSpace
  set: FeatureSet
  genotype: Genotype
}

const predictionBatch = 64

/** Exports the derived model whose repetition scores best on validation, the earlier one among equals; once. */
export async function exportBest(run: Run, found: Exportable): Promise<void> {
  const { config, directory, journal } = run
  if (latest(journal.state, 'exported')) return
  const { dataset, modalities, space, set, genotype } = found
  const repetition = bestRepetition(journal.state)
  const best = journal.state.byType.model.find(
    (event) => event.model === 'derived' && event.repetition === repetition,
  )!
  const { weights, statistics, ...extra } = loadModel(directory, modelNames.repetition('derived', repetition))
  const network = derivedNetwork(space, genotype, set.classes.length)
  const fusion = { network, weights, statistics, extra }
  const backbones = modalities.map(({ name, network }) => {
    const model = loadModel(directory, modelNames.backbone(name))
    return [name, { network, weights: model['weights'], statistics: model['statistics'], extra: {} }] as const
  })
  const rows = set.splits.test
  const shown = rows.slice(0, goldenSamples)
  const validation = await answersFromFeatures(fusion, set, set.splits.validation, config.threads)
  const temperature = fitTemperature(validation)
  const described = { directory, config, state: journal.state, genotype, temperature, ...best }
  const exported = await exportClassifier({
    backbones: Object.fromEntries(backbones),
    samples: Object.fromEntries(modalities.map(({ name, samples }) => [name, samples])),
    fusion,
    length: config.space.length,
    task: set.task,
    classes: set.classes.length,
    rows,
    expected: (await answersFromFeatures(fusion, set, rows, config.threads)).logits,
    device: run.device,
    threads: config.threads,
    metadata: modelMetadata(described),
  })
  const used = modalities.filter(({ name }) => exported.inputs.includes(name))
  const cost = costOf(network)
  const bundle = bundleFiles({
    model: exported.model,
    genotype,
    preprocessing: Object.fromEntries(used.map(({ name, preprocessing }) => [name, preprocessing])),
    task: set.task,
    classes: set.classes,
    golden: exported.golden,
    samples: await sampleFiles(
      dataset,
      used.map(({ name, frozen, samples }) => ({ name, features: frozen && samples.rows(shown) })),
      shown,
    ),
    card: {
      ...modelCard(described),
      fusion: cost,
      latencyMs: exported.latencyMs,
      inputs: Object.fromEntries(used.map(({ name, samples }) => [name, ['batch', ...samples.shape]])),
      outputs: { logits: ['batch', set.classes.length], scores: ['batch', set.classes.length] },
    },
  })
  const folder = bundleFolder(directory)
  const files = writeFolder(folder, bundle)
  journal.progress('export', 1, 'wrote the model')
  journal.emit({ type: 'measured', model: 'derived', latencyMs: exported.latencyMs })
  const answers = outcomeOf(set, rows, exported.logits)
  const told = tellAnswers(answers, { names: set.classes, temperature, seed: config.seed })
  for (const event of told) journal.emit(event)
  const own = files.filter((file) => dirname(file) === folder)
  journal.emit({ type: 'exported', files: own.map((file) => relative(directory, file)) })
  journal.saveBetween()
}

async function answersFromFeatures(
  fusion: { network: FeatureNetwork } & InferenceState,
  set: FeatureSet,
  rows: readonly number[],
  threads: number,
): Promise<Outcome> {
  const { network } = fusion
  const predictor = await Predictor.create(network, { batchSize: predictionBatch, threads })
  try {
    return await answersOn(predictor, { network, set }, fusion, rows)
  } finally {
    await predictor.release()
  }
}
