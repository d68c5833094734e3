import { parseArgs } from 'node:util'
import { parseRunConfig, type SpaceConfig } from '#contract/config.ts'
import { stream } from '#worker/random.ts'
import { DictionarySteps } from '#worker/space/dictionary-step.ts'
import { alphaLayout, mixtureFromAlphas, playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'
import { initialise } from '#worker/training/layout.ts'
import { maskPools } from '#worker/training/dropout.ts'
import { buildSteps } from '#worker/training/step-graph.ts'
import { initialState, Trainer, type Minibatches } from '#worker/training/trainer.ts'
import { countProductOperations, measurePeak } from './products.ts'
import { spaces, type SpaceKey, type StepTimes } from './step-times.ts'

const batchSize = 32
const classes = 23
const stepsPerCall = 8
const features = [
  ...Array.from({ length: 4 }, (_, i) => ({ id: `image.${i}`, channels: 512 })),
  { id: 'text.0', channels: 64 },
  { id: 'text.1', channels: 128 },
]

/** The space's own settings (two iterations of sparse coding, three taps), at the size that BM-NAS searches at. */
function configOf(name: SpaceConfig['name']): SpaceConfig {
  const space = { name, cells: 2, steps: 1, channels: 192, length: 16, dropout: 0.1 }
  return parseRunConfig({ dataset: { kind: 'emoji8' }, space }, 'benchmark').space
}

interface Options {
  readonly threads: number
  /** Microseconds; by the load of the machine when omitted. */
  readonly spinning?: number
  readonly warmup: number
  readonly calls: number
  /** Where ONNX Runtime writes a profile, if it shall. */
  readonly profile?: string
}

/** Times the training step of the fusion supernet, the counterpart of bench/peer/training_step.py. */
async function measure(key: SpaceKey, options: Options): Promise<StepTimes> {
  const { threads, spinning, warmup, calls, profile } = options
  const peak = await measurePeak(threads)
  const space = createSpace(configOf(spaces[key].name), features)
  const network = supernet(space, classes)
  const training = {
    batchSize,
    loss: 'binary-cross-entropy',
    weightDecay: 1e-4,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    dropoutSeed: 1,
  } as const
  const session = { steps: stepsPerCall, threads, spinning, profile }
  const trainer = await Trainer.create(network, { ...training, ...session })
  const { layout } = trainer
  const pools = maskPools(layout.dropouts, training.dropoutSeed)
  const products = countProductOperations(buildSteps(network, layout, { ...training, pools })) / 1e9
  const weights = initialise(layout.parameters, stream(1, 'weights'))
  trainer.state = initialState(weights)
  const players = playersOf(space)
  const extra: Record<string, Float32Array> = {
    mixture: Float32Array.from(mixtureFromAlphas(players, new Float32Array(alphaLayout(players).length))),
  }
  if (network.dictionaries.length > 0)
    extra['dictionary-steps'] = new DictionarySteps(network.dictionaries, layout.parameters).update(weights)
  const batches: Minibatches = { ...randomBatches(), extra }
  const msPerStep: number[] = []
  for (let call = 0; call < warmup + calls; call++) {
    const start = performance.now()
    await trainer.train(batches)
    if (call >= warmup) msPerStep.push((performance.now() - start) / stepsPerCall)
  }
  await trainer.release()
  return {
    space: key,
    threads,
    dropout: space.config.dropout,
    parameters: layout.weightCount,
    msPerStep,
    peak,
    products,
  }
}

/** The minibatches of one call: uniform features in ±1, a fifth of the labels set. */
function randomBatches(): Minibatches {
  const uniform = (count: number, name: string) => {
    const random = stream(1, name)
    return Float32Array.from({ length: count }, () => random.next())
  }
  const rows = stepsPerCall * batchSize
  return {
    inputs: Object.fromEntries(
      features.map(({ id, channels }) => [id, uniform(rows * 16 * channels, id).map((u) => 2 * u - 1)]),
    ),
    targets: uniform(rows * classes, 'targets').map((u) => (u < 0.2 ? 1 : 0)),
    learningRates: Array.from({ length: stepsPerCall }, () => 1e-3),
  }
}

const { values } = parseArgs({
  options: {
    space: { type: 'string', default: 'bm-nas' },
    threads: { type: 'string', default: '2' },
    warmup: { type: 'string', default: '2' },
    calls: { type: 'string', default: '8' },
    spinning: { type: 'string' },
    profile: { type: 'string' },
  },
})
const times = await measure(values.space as SpaceKey, {
  threads: Number(values.threads),
  spinning: values.spinning === undefined ? undefined : Number(values.spinning),
  warmup: Number(values.warmup),
  calls: Number(values.calls),
  profile: values.profile,
})
console.log(JSON.stringify(times))
