import type { RunSummary } from '#contract/calls/runs.ts'
import { formatCount, formatSigned, unknown } from '#contract/format.ts'
import type { RunSortKey } from '#contract/run/query.ts'
import { isMarked, scoreName, withMark } from '#contract/run/score-name.ts'
import { formatAgo, formatLatency, formatMagnitude, formatScoreOrUnknown } from '../../format.ts'

/** A figure or word of the run in the CSV: its heading, and its value in full precision. */
type CsvField = [heading: string, value: (run: RunSummary) => string | number | null]

export interface RunColumn {
  id: string
  label: string
  /** What the column tells, for whoever hovers over its head. */
  meaning: string
  /** Pixels, until the reader drags it wider or narrower. */
  width: number
  /** Figures stand to the right. */
  figures: boolean
  /** Left out until the reader asks for it. */
  hidden?: boolean
  sort?: { key: RunSortKey; firstDescending: boolean }
  /** What stands in the cell; some columns draw more than it. */
  text: (run: RunSummary, now: number) => string
  fields: CsvField[]
}

/** How much better the derived architecture is than the best single modality. */
export function gainOf({ score, bestSingle }: RunSummary): number | null {
  return score && bestSingle ? score.mean - bestSingle.mean : null
}

const orUnknown = (value: number | null, format: (value: number) => string): string =>
  value === null ? unknown : format(value)
const falling = (key: RunSortKey) => ({ key, firstDescending: true })
const rising = (key: RunSortKey) => ({ key, firstDescending: false })

export const runColumns: readonly RunColumn[] = [
  {
    id: 'state',
    label: 'State',
    meaning: 'What the run is doing',
    width: 112,
    figures: false,
    sort: rising('state'),
    text: ({ state }) => state,
    fields: [['state', ({ state }) => state]],
  },
  {
    id: 'name',
    label: 'Name',
    meaning: 'Name and seed',
    width: 168,
    figures: false,
    sort: rising('name'),
    text: ({ name, id }) => name || id,
    fields: [
      ['run', ({ id }) => id],
      ['name', ({ name }) => name],
      ['seed', ({ seed }) => seed],
    ],
  },
  {
    id: 'dataset',
    label: 'Dataset',
    meaning: 'What was learned from',
    width: 88,
    figures: false,
    sort: rising('dataset'),
    text: ({ dataset }) => dataset,
    fields: [['dataset', ({ dataset }) => dataset]],
  },
  {
    id: 'strategy',
    label: 'Strategy',
    meaning: 'How architectures were chosen: by Shapley values, by gradient, or at random',
    width: 92,
    figures: false,
    sort: rising('strategy'),
    text: ({ strategy }) => strategy,
    fields: [['strategy', ({ strategy }) => strategy]],
  },
  {
    id: 'space',
    label: 'Space',
    meaning: 'What could be chosen',
    width: 92,
    figures: false,
    text: ({ space }) => space,
    fields: [['space', ({ space }) => space]],
  },
  {
    id: 'score',
    label: 'Test score',
    meaning:
      'Accuracy, or weighted F1 (F1) where a sample may have several labels; they do not compare, so a sorted list has one after the other. † marks scores whose epoch was chosen on the test split; they do not compare with those without. Mean ± standard deviation of the derived architecture over its repetitions (n)',
    width: 188,
    figures: true,
    sort: falling('score'),
    text: ({ score }) => formatScoreOrUnknown(score),
    fields: [
      ['score is', ({ score, task, dataset }) => score && withMark(scoreName(task), isMarked(dataset))],
      ['test score', ({ score }) => score?.mean ?? null],
      ['standard deviation', ({ score }) => score?.deviation ?? null],
      ['repetitions', ({ score }) => score?.repetitions ?? null],
    ],
  },
  {
    id: 'gain',
    label: 'Gain',
    meaning: 'Mean test score of the derived architecture less that of the best modality alone',
    width: 64,
    figures: true,
    sort: falling('gain'),
    text: (run) => orUnknown(gainOf(run), (gain) => formatSigned(gain, 3)),
    fields: [
      ['gain', gainOf],
      ['best single modality', ({ bestSingle }) => bestSingle?.model ?? null],
      ['its test score', ({ bestSingle }) => bestSingle?.mean ?? null],
    ],
  },
  {
    id: 'parameters',
    label: 'Parameters',
    meaning: 'Trained numbers of the derived architecture',
    width: 86,
    figures: true,
    sort: rising('parameters'),
    text: ({ parameters }) => orUnknown(parameters, formatCount),
    fields: [['parameters', ({ parameters }) => parameters]],
  },
  {
    id: 'latency',
    label: 'Latency',
    meaning: 'Measured time for one sample, backbones included',
    width: 84,
    figures: true,
    sort: rising('latency'),
    text: ({ latencyMs }) => orUnknown(latencyMs, formatLatency),
    fields: [['latency (ms)', ({ latencyMs }) => latencyMs]],
  },
  {
    id: 'cost',
    label: 'Cost',
    meaning: 'What the search spent: forward passes of one sample',
    width: 62,
    figures: true,
    sort: rising('cost'),
    text: ({ cost }) => orUnknown(cost, formatMagnitude),
    fields: [['cost (forward passes)', ({ cost }) => cost]],
  },
  {
    id: 'tags',
    label: 'Tags',
    meaning: 'Your own words for it',
    width: 64,
    figures: false,
    text: ({ tags }) => tags.join(', '),
    fields: [['tags', ({ tags }) => tags.join('; ')]],
  },
  {
    id: 'study',
    label: 'Study',
    meaning: 'The study that it belongs to',
    width: 96,
    figures: false,
    hidden: true,
    text: ({ study }) => study ?? unknown,
    fields: [['study', ({ study }) => study]],
  },
  {
    id: 'started',
    label: 'Started',
    meaning: 'When it was started',
    width: 102,
    figures: true,
    sort: falling('started'),
    text: ({ createdAt }, now) => formatAgo(createdAt, now),
    fields: [['started', ({ createdAt }) => new Date(createdAt).toISOString()]],
  },
]
