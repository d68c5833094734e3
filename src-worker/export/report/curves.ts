import { latest, type RunState } from '#contract/run/state.ts'
import { meanAndDeviation } from '#contract/statistics.ts'
import { modalityColour, plainColours, runStyle, type Scheme } from '#contract/drawing/palette.ts'
import { element, escapeMarkup } from '#contract/drawing/markup.ts'
import { drawLineChart, type LineChart } from '../pictures/line-chart.ts'
import type { Paint } from '#contract/drawing/paint.ts'

/** The run's curves; those without points are left out. */
export function curves(state: RunState, paint: Paint): string[] {
  const plain = (name: 'accent' | 'supernet') => (scheme: Scheme) => plainColours(scheme)[name]
  const epochs = state.byType['search-epoch']
  const search = (name: string, value: (event: (typeof epochs)[number]) => number) => ({
    name,
    colour: plain(name === 'supernet' ? 'supernet' : 'accent'),
    points: epochs.map((event) => [event.epoch + 1, value(event)] as const),
  })
  const charts: LineChart[] = [
    {
      description: 'Is the search still improving?',
      x: 'search epoch',
      y: 'validation score',
      lines: [
        search('supernet', (event) => event.supernetScore),
        search('derived', (event) => event.derivedScore),
      ],
    },
    {
      description: 'Is the supernet still learning?',
      x: 'search epoch',
      y: 'training loss',
      lines: [search('epoch mean', (event) => event.trainLoss)],
    },
    {
      description: 'How do the models get there? Mean over repetitions',
      x: 'training epoch',
      y: 'validation score',
      lines: modelLines(state),
    },
    {
      description: 'How far does each modality get alone?',
      x: 'epoch of the backbone',
      y: 'validation score',
      lines: backboneLines(state),
    },
  ]
  const drawn = charts.filter(({ lines }) => lines.some(({ points }) => points.length > 0))
  if (drawn.length === 0) return []
  const figures = drawn.map((chart) =>
    element(
      'figure',
      {},
      element('figcaption', {}, escapeMarkup(chart.description)),
      drawLineChart(chart, paint),
    ),
  )
  return [element('div', { class: 'charts' }, ...figures)]
}

function modelLines(state: RunState): LineChart['lines'] {
  const events = state.byType['model-epoch']
  return [...Map.groupBy(events, ({ model }) => model)].map(([model, own], i) => ({
    name: model,
    colour: (scheme) => runStyle(i, scheme).colour,
    points: [...Map.groupBy(own, ({ epoch }) => epoch)].map(([epoch, same]) => {
      return [epoch + 1, meanAndDeviation(same.map(({ validationScore }) => validationScore)).mean]
    }),
  }))
}

function backboneLines(state: RunState): LineChart['lines'] {
  const modalities = latest(state, 'dataset')?.summary.modalities.map(({ name }) => name) ?? []
  const events = state.byType['backbone-epoch']
  return modalities.map((name, i) => ({
    name,
    colour: (scheme) => modalityColour(i, scheme),
    points: events
      .filter(({ modality }) => modality === name)
      .map(({ epoch, validationScore }) => [epoch + 1, validationScore]),
  }))
}
