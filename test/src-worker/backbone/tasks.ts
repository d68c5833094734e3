import { backboneConfig } from '#contract/config.ts'
import type { Samples } from '#worker/backbone/samples.ts'
import type { BackboneTask } from '#worker/backbone/train-backbone.ts'
import { stream } from '#worker/random.ts'

/** Index ranges of 0 … count − 1: three fifths train, one fifth validation, one fifth test. */
function splitEvenly(count: number): BackboneTask['splits'] {
  const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i)
  const [first, second] = [Math.round(count * 0.6), Math.round(count * 0.8)]
  return { train: range(0, first), validation: range(first, second), test: range(second, count) }
}

/** Samples held in memory; a variant of one, as augmentation makes it, is the sample times 1 + a little noise. */
function samplesFrom(modality: string, shape: readonly number[], rows: readonly number[][]): Samples {
  return {
    modality,
    shape,
    count: rows.length,
    rows: (indices, random) =>
      Float32Array.from(
        indices.flatMap((index) => {
          const gain = random ? 1 + 0.1 * random.normal() : 1
          return rows[index].map((value) => value * gain)
        }),
      ),
  }
}

/** Noisy images of a bright bar that lies or stands, the class. 13 × 13: odd at every stage. */
export function barsTask(count = 160): BackboneTask {
  const random = stream(1, 'bars')
  const side = 13
  const labels = Array.from({ length: count }, () => random.integer(2))
  const images = labels.map((label) => {
    const place = 2 + random.integer(side - 4)
    return Array.from({ length: side * side }, (_, i) => {
      const along = label === 0 ? Math.floor(i / side) : i % side
      const bright = along === place ? 2 : 0
      return [0, 1, 2].map(() => bright + 0.3 * random.normal())
    }).flat()
  })
  return {
    config: backboneConfig.parse({
      kind: 'cnn',
      channels: [6, 8],
      epochs: 6,
      batchSize: 16,
      learningRate: 1e-2,
    }),
    samples: samplesFrom('image', [side, side, 3], images),
    task: 'single-label',
    labels: labels.map((label) => [label]),
    classes: 2,
    splits: splitEvenly(count),
    seed: 3,
    device: 'cpu',
    threads: 1,
  }
}

/** Vectors of 20 numbers; the class is the position of the largest among the first three. */
export function vectorsTask(count = 500): BackboneTask {
  const random = stream(1, 'vectors')
  const rows = Array.from({ length: count }, () => Array.from({ length: 20 }, () => random.normal()))
  return {
    config: backboneConfig.parse({
      kind: 'maxout',
      units: [16, 8],
      epochs: 15,
      learningRate: 1e-2,
      dropout: 0.2,
    }),
    samples: samplesFrom('text', [20], rows),
    task: 'single-label',
    labels: rows.map((row) => [row.indexOf(Math.max(...row.slice(0, 3)))]),
    classes: 3,
    splits: splitEvenly(count),
    seed: 3,
    device: 'cpu',
    threads: 1,
  }
}
