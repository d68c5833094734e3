import type { Contrast, RowSummary } from './summarise-rows.ts'

/** Two tables in Markdown: the rows, and their differences. */
export function describeAblation(rows: readonly RowSummary[], contrasts: readonly Contrast[]): string {
  return [
    '| row | seeds | test | validation | search cost, 10⁶ passes | search, s | equal choices between seeds | ρ of φ between seeds |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ row, runs, test, validation, cost, searchSeconds, choices, phi }) =>
      line([
        row,
        String(runs),
        score(test),
        score(validation),
        (cost / 1e6).toFixed(2),
        searchSeconds.toFixed(0),
        share(choices),
        phi === null ? '' : phi.toFixed(2),
      ]),
    ),
    '',
    '| difference in test score | mean | 95 % band | d_z | better in | equal choices on a seed |',
    '| --- | --- | --- | --- | --- | --- |',
    ...contrasts.map(({ of, less, mean, band, effect, pairs, better, choices }) =>
      line([
        `${of} − ${less}`,
        signed(mean),
        band ? `[${signed(band.low)}, ${signed(band.high)}]` : '',
        effect === null ? '' : effect.toFixed(2),
        `${better} of ${pairs}`,
        share(choices),
      ]),
    ),
  ].join('\n')
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const score = ({ mean, deviation }: { mean: number; deviation: number }) =>
  `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`
export const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
const share = (value: number | null) => (value === null ? '' : `${Math.round(100 * value)} %`)
