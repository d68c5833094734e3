import { describeGenotype } from '#contract/architecture.ts'
import { fontFamily } from '#contract/drawing/architecture-parts.ts'
import { formatDuration, formatScore, formatSigned } from '#contract/format.ts'
import { latest, scoreTable, type RunState } from '#contract/run/state.ts'
import { taskOf, testScoreName } from '#contract/run/score-name.ts'
import { pairedDifference, type Difference } from '#contract/statistics.ts'
import type { ExportSource } from '../exporter.ts'
import { drawArchitecture } from '../pictures/architecture.ts'
import { element, escapeMarkup } from '#contract/drawing/markup.ts'
import { Paints } from '../pictures/paints.ts'
import { pictureOfEpoch } from '../pictures/picture-of-epoch.ts'
import { contributionTables } from './contribution-table.ts'
import { curves } from './curves.ts'
import { note, section, table } from './html.ts'
import { classTable, reliability } from './answer-tables.ts'
import { confusion, dataset, scores, settings } from './result-tables.ts'

/**
 * The whole result of a run as one HTML page: no scripts, no requests, light or dark as the reader's system is. What comes
 * from a dataset or a configuration is escaped.
 */
export function reportPage({ id, config, state }: Pick<ExportSource, 'id' | 'config' | 'state'>): string {
  const paints = new Paints()
  const { paint } = paints
  const kept = latest(state, 'searched')?.epoch
  const epochs = state.byType['search-epoch']
  const event = epochs.find(({ epoch }) => epoch === kept) ?? epochs.at(-1)
  const picture = event && pictureOfEpoch(state, event)
  const predictions = latest(state, 'predictions')
  const calibration = latest(state, 'calibration')
  const task = taskOf(state)
  const data = latest(state, 'dataset')
  const title = config.name || id
  const body = [
    element('header', {}, element('h1', {}, escapeMarkup(title)), facts(id, state)),
    section('result', 'Does the fusion help?', verdict(state), ...scores(state)),
    picture
      ? section(
          'architecture',
          'What does the fusion look like?',
          element(
            'div',
            { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Architecture' },
            drawArchitecture(picture, paint),
          ),
          element('pre', {}, escapeMarkup(describeGenotype(picture.genotype).join('\n'))),
        )
      : '',
    event && picture
      ? section(
          'contributions',
          'What does each choice contribute?',
          ...contributionTables(event, latest(state, 'space')?.players ?? [], picture, paint),
        )
      : '',
    section('curves', 'How did it get there?', ...curves(state, paint)),
    predictions ? section('classes', 'How well is each class answered?', ...classTable(predictions)) : '',
    predictions?.task === 'single-label'
      ? section('confusion', 'Which classes are confused?', ...confusion(predictions))
      : '',
    calibration
      ? section('calibration', 'Can the probabilities be trusted?', ...reliability(calibration, task))
      : '',
    data ? section('dataset', 'Data', ...dataset(data)) : '',
    section('settings', 'Settings', settings(config)),
    section('versions', 'Versions', versions(state)),
    section('cite', 'How to cite', ...citations(id)),
  ]
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // an opened copy can neither run nor fetch anything
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeMarkup(title)} – Shapwright report</title>`,
    `<style>${paints.css()}${style}</style>`,
    element('main', {}, ...body),
    '</html>',
    '',
  ].join('\n')
}

function facts(id: string, state: RunState): string {
  const started = latest(state, 'started')
  const ended = latest(state, 'done')
  const date = started ? new Date(started.at).toISOString().slice(0, 10) : ''
  const took = started && ended ? `took ${formatDuration(ended.at - started.at)}` : 'has not finished'
  const known = [
    `run ${id}`,
    date,
    latest(state, 'dataset')?.summary.name,
    started && `seed ${started.seed}, ${started.device}`,
    took,
  ]
  return note(known.filter(Boolean).join(' · '))
}

/** The derived architecture against the best single modality, in one sentence. */
function verdict(state: RunState): string {
  const rows = scoreTable(state)
  const derived = rows.find(({ model }) => model === 'derived')
  const singles = rows.filter(({ model }) => model !== 'derived' && model !== 'concatenation')
  const best = singles.toSorted((a, b) => b.mean - a.mean).at(0)
  if (!derived) return note('The derived architecture has not been trained yet.')
  const score = formatScore(derived.mean, derived.deviation, derived.scores.length)
  const difference = best && pairedDifference(derived.scores, best.scores)
  const against = difference ? `; against ${best.model} alone ${describeDifference(difference)}` : ''
  return element(
    'p',
    { class: 'verdict' },
    escapeMarkup(`Test score (${testScoreName(state)}) ${score}${against}.`),
  )
}

/** `+3.1 points, 95 % band +1.2 to +5.0 over 3 seeds: it helps` */
function describeDifference({ mean, band, pairs }: Difference): string {
  const points = (value: number) => formatSigned(100 * value, 1)
  if (!band) return `${points(mean)} points in one repetition, which leaves open whether it helps`
  const sure = band.low > 0 ? 'it helps' : band.high < 0 ? 'it harms' : 'whether it helps is open'
  return `${points(mean)} points, 95 % band ${points(band.low)} to ${points(band.high)} over ${pairs} seeds: ${sure}`
}

function versions(state: RunState): string {
  const known = Object.entries(latest(state, 'started')?.versions ?? {})
  return table(['program', 'version'], known)
}

const citations = (id: string): string[] => [
  note(`Found by Shapwright, run ${id}. The method and what it builds on:`),
  element(
    'ul',
    {},
    ...[
      'SM-ShapNAS: Shapley-Enhanced Multimodal Neural Architecture Search via Sparse Modeling.',
      'H. Xiao, Z. Wang, Z. Zhu, J. Zhou, J. Lu: Shapley-NAS: Discovering Operation Contribution for Neural Architecture Search, CVPR 2022.',
      'Y. Yin, S. Huang, X. Zhang: BM-NAS: Bilevel Multimodal Neural Architecture Search, AAAI 2022.',
      'L. S. Shapley: A Value for n-Person Games, 1953.',
    ].map((text) => element('li', {}, escapeMarkup(text))),
  ),
]

const style = `
:root{color-scheme:light dark;--text:#27272a;--muted:#52525b;--line:#e4e4e7;--page:#fff}
@media (prefers-color-scheme:dark){:root{--text:#e4e4e7;--muted:#a1a1aa;--line:#3f3f46;--page:#18181b}}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.5 ${fontFamily};font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:24px}
h1{font-size:22px;margin:0}h2{font-size:16px;margin:32px 0 8px}
.note,figcaption{color:var(--muted);max-width:90ch}.verdict{font-size:18px;margin:4px 0 12px}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:8px 0}
th,td{padding:3px 10px;text-align:left;border-top:1px solid var(--line);font-weight:400;white-space:nowrap}
thead th{border-top:0;color:var(--muted)}.figure{text-align:right}
#settings td{text-align:left;white-space:normal;word-break:break-word}#settings .figure{text-align:left}
pre{background:color-mix(in srgb,var(--line) 40%,transparent);padding:10px;overflow-x:auto;border-radius:4px}
.decisions{display:flex;flex-wrap:wrap;gap:8px 32px}.charts{display:flex;flex-wrap:wrap;gap:16px 32px}
figure{margin:0;flex:1 1 460px;max-width:560px}svg.chart{width:100%;height:auto}
svg{max-width:none;vertical-align:middle}
@media print{main{max-width:none}section{break-inside:avoid}}`
