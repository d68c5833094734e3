import type { RunConfig } from '#contract/config.ts'
import { describeGenotype } from '#contract/architecture.ts'
import type { Genotype } from '#contract/genotype.ts'
import { formatScore } from '#contract/format.ts'
import { latest, scoreTable, type RunState } from '#contract/run/state.ts'
import { taskOf, testScoreName } from '#contract/run/score-name.ts'
import { opset, irVersion } from '../onnx/encode.ts'
import { basename } from 'node:path'
import { frozenCard, type FrozenPlaces } from './frozen/tell-frozen.ts'

export interface Described {
  directory: string
  config: Pick<RunConfig, 'backbones' | 'space'>
  state: RunState
  genotype: Genotype
  repetition: number
  validationScore: number
  testScore: number
  /** Of the repetition; null where it was not fitted. */
  temperature: number | null
  /** Where the imported files are that read modalities; none is in the bundle when left out. */
  frozen?: FrozenPlaces
}

/** What stands in the model file itself, where Netron and other viewers show it. */
export function modelMetadata(model: Described): Record<string, string> {
  const { directory, state, genotype, repetition, validationScore, testScore, temperature } = model
  const summary = latest(state, 'dataset')?.summary
  const derived = scoreTable(state).find((row) => row.model === 'derived')
  return {
    'shapwright.run': basename(directory),
    'shapwright.version': latest(state, 'started')?.versions['shapwright'] ?? '',
    dataset: summary ? `${summary.name} ${summary.hash}` : '',
    classes: JSON.stringify(summary?.classes.map(({ name }) => name) ?? []),
    task: taskOf(state),
    architecture: describeGenotype(genotype).join('\n'),
    genotype: JSON.stringify(genotype),
    ...(Object.keys(featureInputs(model)).length > 0 && {
      'inputs that are features': JSON.stringify(featureInputs(model)),
    }),
    ...(model.frozen &&
      Object.keys(model.frozen).length > 0 && { 'backbone files': JSON.stringify(frozenCard(model.frozen)) }),
    repetition: String(repetition + 1),
    score: testScoreName(state),
    'validation score': validationScore.toFixed(4),
    'test score': testScore.toFixed(4),
    'test score over repetitions': derived
      ? formatScore(derived.mean, derived.deviation, derived.scores.length)
      : '',
    ...(temperature !== null && {
      'calibration temperature': `${temperature.toFixed(4)}, not applied: divide logits by it for calibrated scores`,
    }),
  }
}

/** The content of `model.json` that depends on no measurement. */
export function modelCard(model: Described): Record<string, unknown> {
  const { directory, state, repetition, validationScore, testScore, temperature } = model
  const summary = latest(state, 'dataset')?.summary
  return {
    version: 1,
    run: basename(directory),
    dataset: { name: summary?.name, hash: summary?.hash },
    task: taskOf(state),
    repetition,
    score: testScoreName(state),
    validationScore,
    testScore,
    /** Not applied by the model: logits divided by it give calibrated scores. */
    calibrationTemperature: temperature,
    onnx: { opset, irVersion },
    featureInputs: featureInputs(model),
    ...(model.frozen && { backboneFiles: frozenCard(model.frozen) }),
    versions: latest(state, 'started')?.versions,
  }
}

/**
 * The inputs that take no raw values: a modality that an imported ONNX file reads enters the model as the features of that
 * file, which is not part of the model.
 */
function featureInputs({ config, state, frozen = {} }: Described): Record<string, unknown> {
  const entries = Object.entries(config.backbones).flatMap(([modality, own]) => {
    if (own.kind !== 'onnx' || frozen[modality]?.place === 'inside') return []
    const { features = [] } = state.byType.backbone.find((event) => event.modality === modality) ?? {}
    return [
      [
        modality,
        {
          takes: 'features of an ONNX file that is not part of this model, tap after tap',
          sha256BeginsWith: own.id,
          taps: features.map(({ tap, channels }) => ({ tap, shape: [config.space.length, channels] })),
        },
      ] as const,
    ]
  })
  return Object.fromEntries(entries)
}
