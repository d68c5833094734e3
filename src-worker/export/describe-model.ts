import { describeGenotype } from '#contract/architecture.ts'
import type { Genotype } from '#contract/genotype.ts'
import { formatScore } from '#contract/format.ts'
import { latest, scoreTable, type RunState } from '#contract/run-state.ts'
import { opset, irVersion } from '../onnx/encode.ts'
import { basename } from 'node:path'

interface Described {
  directory: string
  state: RunState
  genotype: Genotype
  repetition: number
  validationScore: number
  testScore: number
}

/** What stands in the model file itself, where Netron and other viewers show it. */
export function modelMetadata(model: Described): Record<string, string> {
  const { directory, state, genotype, repetition, validationScore, testScore } = model
  const summary = latest(state, 'dataset')?.summary
  const derived = scoreTable(state).find((row) => row.model === 'derived')
  return {
    'shapwright.run': basename(directory),
    'shapwright.version': latest(state, 'started')?.versions['shapwright'] ?? '',
    dataset: summary ? `${summary.name} ${summary.hash}` : '',
    classes: JSON.stringify(summary?.classes.map(({ name }) => name) ?? []),
    architecture: describeGenotype(genotype).join('\n'),
    genotype: JSON.stringify(genotype),
    repetition: String(repetition + 1),
    'validation score': validationScore.toFixed(4),
    'test score': testScore.toFixed(4),
    'test score over repetitions': derived
      ? formatScore(derived.mean, derived.deviation, derived.scores.length)
      : '',
  }
}

/** The content of `model.json` that depends on no measurement. */
export function modelCard(model: Described): Record<string, unknown> {
  const { directory, state, repetition, validationScore, testScore } = model
  const summary = latest(state, 'dataset')?.summary
  return {
    version: 1,
    run: basename(directory),
    dataset: { name: summary?.name, hash: summary?.hash },
    repetition,
    validationScore,
    testScore,
    onnx: { opset, irVersion },
    versions: latest(state, 'started')?.versions,
  }
}
