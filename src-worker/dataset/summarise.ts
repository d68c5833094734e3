import { labelThreshold, splitNames, type DatasetSummary } from '#contract/dataset.ts'
import type { Dataset, ModalityValues } from './dataset.ts'

/** What a user is shown of a dataset before anything is trained on it. */
export function summarise(dataset: Dataset): DatasetSummary {
  const { name, hash, modalities, task, classes, samples, splits, warnings } = dataset
  const counts = splitNames.map((split) => {
    const perClass = classes.map(() => 0)
    for (const index of splits[split]) for (const label of samples[index]!.labels) perClass[label]!++
    return perClass
  })
  const [train, validation, test] = counts as [number[], number[], number[]]
  return {
    name,
    hash,
    modalities: modalities.map(({ name, values }) => {
      return { name, type: values.type, description: describeValues(values) }
    }),
    task,
    classes: classes.map((name, label) => {
      return { name, train: train[label]!, validation: validation[label]!, test: test[label]! }
    }),
    meanLabels: meanOf(samples.map(({ labels }) => labels.length)),
    splits: { train: splits.train.length, validation: splits.validation.length, test: splits.test.length },
    majorityScore: constantScore(dataset, train, test),
    warnings: [...warnings],
  }
}

/** Test score of an answer that is always the same: see `majorityScore` of the summary. Counts are by class. */
function constantScore({ task, splits }: Dataset, train: readonly number[], test: readonly number[]): number {
  const samples = splits.test.length
  if (samples === 0) return 0
  if (task === 'single-label') return test[train.indexOf(Math.max(...train))]! / samples
  const labels = test.reduce((sum, support) => sum + support, 0)
  const answered = train.map((count) => count >= labelThreshold * splits.train.length)
  // a label that is always answered has precision support / samples and recall 1
  const f1 = test.map((support, at) => (answered[at] ? (2 * support) / (samples + support) : 0))
  return f1.reduce((sum, own, at) => sum + own * test[at]!, 0) / Math.max(labels, 1)
}

function describeValues(values: ModalityValues): string {
  switch (values.type) {
    case 'image':
      return `${values.height} × ${values.width} RGB, mean brightness ${(meanOf(values.data) / 255).toFixed(2)}`
    case 'text':
      return describeWords(values.texts)
    case 'vector':
      return `${values.length} numbers, mean ${meanOf(values.data).toPrecision(3)}`
  }
}

function describeWords(texts: readonly string[]): string {
  const counts = texts.map((text) => text.split(/\s+/).length)
  const [least, most] = counts.reduce<[number, number]>(
    ([low, high], n) => [Math.min(low, n), Math.max(high, n)],
    [Infinity, 0],
  )
  const range = least === most ? `${most}` : `${least}–${most}`
  return `${range} words, ${meanOf(counts).toFixed(1)} on average, ${new Set(texts).size} distinct texts`
}

function meanOf(numbers: Uint8Array | Float32Array | number[]): number {
  let sum = 0
  for (let at = 0; at < numbers.length; at++) sum += numbers[at]!
  return sum / numbers.length
}
