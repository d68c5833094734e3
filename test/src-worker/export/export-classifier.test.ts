import { beforeAll, describe, expect, it } from 'vitest'
import { backboneConfig, parseRunConfig } from '#contract/config.ts'
import type { TaskName } from '#contract/dataset.ts'
import type { Genotype } from '#contract/genotype.ts'
import type { BackboneNetwork } from '#worker/backbone/backbone.ts'
import { backboneNetwork } from '#worker/backbone/backbones/index.ts'
import { featureNetwork, featuresOf } from '#worker/backbone/features.ts'
import type { Samples } from '#worker/backbone/samples.ts'
import { exportClassifier, type ClassifierTask } from '#worker/export/export-classifier.ts'
import type { Trained } from '#worker/export/trained.ts'
import { stream } from '#worker/random.ts'
import { inferenceExtra } from '#worker/search/dictionary-extra.ts'
import { derivedNetwork } from '#worker/space/derived.ts'
import { createSpace } from '#worker/space/space.ts'
import { initialise, layoutOf } from '#worker/training/layout.ts'
import type { Values } from '#worker/training/network.ts'
import { probabilitiesOf } from '#worker/training/outcome.ts'
import { Predictor } from '#worker/training/predictor.ts'

const classes = 3
const count = 21
const length = 4
const rows = Array.from({ length: count }, (_, row) => row)
const batchSize = 8

/** Made-up samples of a modality. */
function samplesOf(modality: string, shape: readonly number[]): Samples {
  const size = shape.reduce((product, axis) => product * axis, 1)
  const random = stream(1, modality)
  const all = Float32Array.from({ length: count * size }, () => random.normal())
  return {
    modality,
    shape,
    count,
    rows: (indices) =>
      Float32Array.from(indices.flatMap((row) => [...all.subarray(row * size, (row + 1) * size)])),
  }
}

const samples = { picture: samplesOf('picture', [6, 6, 3]), sound: samplesOf('sound', [5]) }
const networks = {
  picture: backboneNetwork(backboneConfig.parse({ kind: 'cnn', channels: [4, 3] }), [6, 6, 3], classes),
  sound: backboneNetwork(backboneConfig.parse({ kind: 'maxout', units: [4, 3] }), [5], classes),
}
const backbones: Record<string, Trained<BackboneNetwork>> = {}
const features: Values = {}

const { space: config } = parseRunConfig(
  { dataset: { kind: 'emoji8' }, space: { cells: 2, channels: 4, length } },
  'test',
)
const space = createSpace(
  config,
  Object.entries(networks).flatMap(([name, network]) => featuresOf(network, name)),
)

/** Statistics of a batch, so that no batch norm blots out what it reads. */
const calibrate = (predictor: Predictor, weights: Float32Array, inputs: Values, extra?: Values) => {
  const batch = Object.entries(inputs).map(
    ([name, data]) => [name, data.subarray(0, (data.length / count) * batchSize)] as const,
  )
  return predictor.calibrate(weights, [Object.fromEntries(batch)], extra)
}

beforeAll(async () => {
  for (const [name, network] of Object.entries(networks)) {
    const weights = initialise(layoutOf(network).parameters, stream(3, name))
    const taps = featuresOf(network, name).map(({ id }) => id)
    const predictor = await Predictor.create(featureNetwork(network, name, length), { batchSize, taps })
    const inputs = { [network.input]: samples[name as keyof typeof samples].rows(rows) }
    const statistics = await calibrate(predictor, weights, inputs)
    backbones[name] = { network, weights, statistics, extra: {} }
    Object.assign(features, (await predictor.predictWithTaps(weights, statistics, inputs, count)).taps)
    await predictor.release()
  }
})

/** A fusion of random weights, and what the engine computes with it from the features. */
async function taskOf(genotype: Genotype, task: TaskName = 'single-label'): Promise<ClassifierTask> {
  const network = derivedNetwork(space, genotype, classes)
  const predictor = await Predictor.create(network, { batchSize })
  const { layout } = predictor
  const weights = initialise(layout.parameters, stream(4, 'fusion'))
  const extra = inferenceExtra(network.dictionaries, layout, weights)
  const inputs = Object.fromEntries(Object.keys(network.inputs).map((id) => [id, features[id]]))
  const statistics = await calibrate(predictor, weights, inputs, extra)
  const expected = await predictor.predict(weights, statistics, inputs, count, extra)
  await predictor.release()
  const fusion = { network, weights, statistics, extra }
  return { backbones, samples, fusion, length, task, classes, rows, expected, device: 'cpu', threads: 1 }
}

const node = (operation: Genotype['cells'][0]['nodes'][0]['operation']) => ({
  operation,
  inputs: ['x', 'y'] as [string, string],
})
const both: Genotype = {
  space: 'sm-shapnas',
  cells: [
    { inputs: ['picture.0', 'sound.1'], nodes: [node('sparse_attention')] },
    { inputs: ['cell0', 'picture.1'], nodes: [node('se_layer')] },
  ],
}
const pictureAlone: Genotype = {
  space: 'sm-shapnas',
  cells: [
    { inputs: ['picture.0', 'picture.1'], nodes: [node('sparse_glu')] },
    { inputs: ['cell0', 'picture.1'], nodes: [node('sum')] },
  ],
}

describe('the exported classifier', () => {
  it("has the engine's logits on every row, and golden tensors of the first sixteen", async () => {
    const task = await taskOf(both)
    expect(new Set(task.expected).size).toBeGreaterThan(2 * count)
    const { inputs, logits, golden } = await exportClassifier(task)
    expect(inputs).toEqual(['picture', 'sound'])
    expect(Math.max(...logits.map((logit, i) => Math.abs(logit - task.expected[i])))).toBeLessThan(1e-4)
    expect(golden['picture'].shape).toEqual([16, 6, 6, 3])
    expect(golden['sound'].data).toEqual(samples.sound.rows(rows.slice(0, 16)))
    expect(golden['logits'].data).toHaveLength(16 * classes)
    expect(golden['scores'].shape).toEqual([16, classes])
  })

  it('scores by softmax, and every class by itself in a multi-label task', async () => {
    for (const task of ['single-label', 'multi-label'] as const) {
      const { golden } = await exportClassifier(await taskOf(both, task))
      const logits = golden['logits'].data as Float32Array
      const expected = probabilitiesOf({ task, logits, classes })
      expect(golden['scores'].data.length).toBe(expected.length)
      golden['scores'].data.forEach((score, i) => expect(score).toBeCloseTo(expected[i], 5))
    }
  })

  it('asks only for the modalities that the fusion reads', async () => {
    const { inputs, golden } = await exportClassifier(await taskOf(pictureAlone))
    expect(inputs).toEqual(['picture'])
    expect(Object.keys(golden).sort()).toEqual(['logits', 'picture', 'scores'])
  })

  it.each(['weights', 'statistics'] as const)(
    'is refused when one number of its %s is wrong',
    async (part) => {
      const task = await taskOf(both)
      const { fusion } = task
      const wrong = fusion[part].slice()
      wrong[wrong.length - 1] += 0.01
      const spoilt = exportClassifier({ ...task, fusion: { ...fusion, [part]: wrong } })
      await expect(spoilt).rejects.toMatchObject({ code: 'engine-failed', where: 'exported model' })
    },
  )

  it('is refused when a backbone is not the one that the features come from', async () => {
    const task = await taskOf(both)
    const { sound } = backbones
    const weights = sound.weights.map((weight) => 1.01 * weight)
    const spoilt = exportClassifier({ ...task, backbones: { ...backbones, sound: { ...sound, weights } } })
    await expect(spoilt).rejects.toMatchObject({ code: 'engine-failed' })
  })

  it('is refused when a logit is no number', async () => {
    const task = await taskOf(both)
    const weights = task.fusion.weights.fill(NaN)
    const spoilt = exportClassifier({ ...task, fusion: { ...task.fusion, weights } })
    await expect(spoilt).rejects.toMatchObject({ code: 'engine-failed' })
  })
})
