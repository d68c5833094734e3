import { parseRunConfig, type RunConfig, type RunConfigInput } from '#contract/config.ts'
import type { EventBody } from '#contract/run/events.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'

export function sampleConfig(changes: Partial<RunConfigInput> = {}): RunConfig {
  return parseRunConfig({ dataset: { kind: 'emoji8' }, device: 'cpu', ...changes }, 'sample')
}

const genotype = {
  space: 'sm-shapnas' as const,
  cells: [
    {
      inputs: ['image.0', 'text.0'] as [string, string],
      nodes: [{ operation: 'sum' as const, inputs: ['x', 'y'] as [string, string] }],
    },
  ],
}

const contribution = (id: string, phi: number) => ({
  id,
  phi,
  standardError: 0.01,
  low: phi - 0.02,
  high: phi + 0.02,
  samples: 20,
})

export const searchEpoch = (epoch: number): EventBody => ({
  type: 'search-epoch',
  epoch,
  epochs: 2,
  trainLoss: 1.5,
  supernetScore: 0.5,
  alphas: { a: 0, b: 0 },
  mixture: { a: 0.5, b: 0.5 },
  alphaDistance: 0,
  shapley: {
    estimator: 'grouped',
    exact: false,
    contributions: [contribution('a', 0.1 + epoch), contribution('b', -0.05)],
    grand: 0.5,
    empty: 0.1,
    gap: 0,
    evaluations: 10,
    requests: 20,
  },
  genotype,
  derivedScore: 0.55,
  cost: 1000,
})

const backbone = (modality: string, testScore: number): EventBody => ({
  type: 'backbone',
  modality,
  kind: 'cnn',
  parameters: 1000,
  validationScore: 0.6,
  testScore,
  features: [],
})

const model = (name: string, repetition: number, testScore: number): EventBody => ({
  type: 'model',
  model: name,
  repetition,
  parameters: 5000,
  multiplyAdds: 90_000,
  validationScore: 0.7,
  testScore,
  testMacroF1: testScore,
})

/** What a whole small run logs. */
const wholeRun: EventBody[] = [
  { type: 'started', seed: 1, device: 'cpu', refused: [], versions: {} },
  {
    type: 'plan',
    phases: [
      { phase: 'search', estimate: 3 },
      { phase: 'training', estimate: 1 },
    ],
  },
  backbone('image', 0.61),
  backbone('text', 0.57),
  { type: 'progress', phase: 'search', done: 0.5, doing: 'epoch 1' },
  searchEpoch(0),
  { type: 'progress', phase: 'search', done: 1, doing: 'epoch 2' },
  searchEpoch(1),
  { type: 'searched', genotype, epoch: 1, derivedScore: 0.55 },
  model('image', 0, 0.6),
  model('image', 1, 0.64),
  model('text', 0, 0.58),
  model('text', 1, 0.58),
  model('derived', 0, 0.7),
  model('derived', 1, 0.74),
  { type: 'measured', model: 'derived', latencyMs: 1.25 },
  { type: 'exported', files: ['model.onnx'] },
]

/** A run directory as a finished search leaves it; answers its id. */
export function writeWholeRun(
  runsDir: string,
  changes: Partial<RunConfigInput> = {},
  at = 1_700_000_000_000,
): string {
  const { id, directory } = createRun(runsDir, sampleConfig(changes), at)
  const writer = RunWriter.open(directory)
  for (const [i, body] of wholeRun.entries()) writer.append(body, at + 1000 * i)
  writer.setStatus('done')
  writer.close()
  return id
}
