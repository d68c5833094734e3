import { labelThreshold, type DatasetSpec, type DatasetSummary } from '#contract/dataset.ts'
import type { ModalityStatistics } from '#contract/dataset/report.ts'
import { formatCount } from '#contract/format.ts'
import { formatShare } from '../format.ts'

export const countSamples = ({ splits }: DatasetSummary): number =>
  splits.train + splits.validation + splits.test

/** `1 sample`, `12 samples` */
export const countOf = (count: number, thing: string): string =>
  `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`

/** What the best that knows the training labels alone reaches on the test split. */
export function describeConstant({ task, majorityScore, classes, splits }: DatasetSummary): string {
  if (task === 'single-label')
    return `Always answering the most frequent training class is right for ${formatShare(majorityScore)} of the test split.`
  const least = formatShare(labelThreshold)
  if (classes.every(({ train }) => train < labelThreshold * splits.train))
    return `No label is on ${least} of the training samples or more: what always answers the same answers none, and its weighted F1 is 0.`
  return `Always answering the labels that ${least} of the training samples carry or more has a weighted F1 of ${majorityScore.toFixed(3)} on the test split.`
}

/** How built-in data that nothing was done with yet are made. */
export const makingOf: Record<Exclude<DatasetSpec['kind'], 'table'>, string> = {
  emoji8: `The demo data are made from the pictures and names that come with Shapwright, on first use: ${formatCount(3206)} emoji in two styles with their English names, in eight groups. It takes some seconds.`,
  icons18: `The icons are made from the pictures and names that come with Shapwright, on first use: ${formatCount(1512)} line icons, each in one to four of eighteen categories. It takes some seconds.`,
}

interface Fact {
  name: string
  value: string
  /** What makes a figure worth a second look. */
  warning?: string
}

/** A figure in at most three digits. */
function formatFigure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) >= 1000) return formatCount(value)
  return String(Number(value.toPrecision(3))).replace('-', '−')
}

function formatRange(
  { least, mean, most }: { least: number; mean: number; most: number },
  unit = '',
): string {
  const ending = unit && ` ${unit}`
  if (least === most) return `${formatFigure(least)}${ending}, all alike`
  return `${formatFigure(least)} to ${formatFigure(most)}${ending}, ${formatFigure(mean)} on average`
}

/** What is known of a modality's values, in the order in which it is read. */
export function factsOf(statistics: ModalityStatistics, samples: number): Fact[] {
  const { distinct } = statistics
  const different = {
    name: 'different values',
    value: `${formatCount(distinct)} of ${formatCount(samples)}`,
    ...(distinct === 1 &&
      samples > 1 && { warning: 'all samples are alike: nothing can be learned from it' }),
  }
  const share = (count: number) => `${formatCount(count)} (${formatShare(count / samples)})`
  switch (statistics.type) {
    case 'image': {
      const { width, height, aspect, blank } = statistics
      return [
        { name: 'width of the files', value: formatRange(width, 'px') },
        { name: 'height of the files', value: formatRange(height, 'px') },
        {
          name: 'width / height',
          value: formatRange(aspect),
          ...((aspect.most > 3 || aspect.least < 1 / 3) && {
            warning: 'some pictures are long: they are centred on a white square',
          }),
        },
        {
          name: 'of a single colour',
          value: share(blank),
          ...(blank > 0 && { warning: 'these show nothing' }),
        },
        different,
      ]
    }
    case 'text': {
      const { characters, words, wordless } = statistics
      return [
        { name: 'words', value: formatRange(words) },
        { name: 'characters', value: formatRange(characters) },
        {
          name: 'without a letter or digit',
          value: share(wordless),
          ...(wordless > 0 && { warning: 'these say nothing' }),
        },
        different,
      ]
    }
    case 'vector': {
      const { length, values, constant } = statistics
      const shown = constant.slice(0, 8).join(', ')
      return [
        { name: 'numbers a sample', value: formatCount(length) },
        { name: 'values', value: formatRange(values) },
        {
          name: 'elements that never change',
          value:
            constant.length === 0
              ? '0'
              : `${formatCount(constant.length)} (at ${shown}${constant.length > 8 ? ', …' : ''})`,
          ...(constant.length > 0 && { warning: 'these say nothing; positions count from 0' }),
        },
        different,
      ]
    }
  }
}
