import type { RunConfig } from '#contract/config.ts'
import type { EventOf } from '#contract/run/events.ts'
import { labelThreshold } from '#contract/dataset.ts'
import { formatCount, formatScore, unknown } from '#contract/format.ts'
import { otherScores, scoreTable, type RunState } from '#contract/run/state.ts'
import { isChosenOnTest, scoreName, taskOf, testScoreName } from '#contract/run/score-name.ts'
import { escapeMarkup } from '#contract/drawing/markup.ts'
import { note, paragraph, table, type Cell } from './html.ts'

/** Test scores of all models. */
export function scores(state: RunState): string[] {
  const main = scoreName(taskOf(state))
  const others = otherScores(state)
  const names = [...new Set(others.map(({ score }) => score))].filter((name) => name !== main)
  const rows = scoreTable(state).map((row) => [
    row.model,
    formatScore(row.mean, row.deviation, row.scores.length),
    ...names.map((name) => {
      const found = others.find(({ model, score }) => model === row.model && score === name)
      return found ? formatScore(found.mean, found.deviation, row.scores.length) : unknown
    }),
    formatCount(row.parameters),
    formatCount(row.multiplyAdds),
  ])
  if (rows.length === 0) return []
  return [
    table(['model', `test score: ${testScoreName(state)}`, ...names, 'parameters', 'multiply-adds'], rows),
    note(
      `Mean ± standard deviation over repetitions with different seeds; every model is trained from scratch and ${
        isChosenOnTest(state)
          ? 'reads the test split after every epoch: its best epoch there counts, as in published tables, so these scores are higher than those of new data'
          : 'reads the test split once'
      }.`,
    ),
  ]
}

/** How often each class was taken for which; rows are the true classes. */
export function confusion({ classes, labels, predicted }: EventOf<'predictions'>): string[] {
  const counts = classes.map(() => classes.map(() => 0))
  labels.forEach((label, i) => (counts[label][predicted[i]] += 1))
  const rows = classes.map((name, label): Cell[] => {
    const total = counts[label].reduce((sum, count) => sum + count, 0)
    const cells = counts[label].map((count): Cell => {
      const share = total > 0 ? count / total : 0
      return {
        markup: count === 0 ? '·' : String(count),
        style: `background:rgb(90 120 240 / ${(0.55 * share).toFixed(2)})`,
      }
    })
    const recall = total > 0 ? `${Math.round((100 * counts[label][label]) / total)} %` : '–'
    return [{ markup: escapeMarkup(name) }, ...cells, recall]
  })
  return [
    table(['true class ↓, predicted →', ...classes, 'found'], rows),
    note('Of the exported model on the test split.'),
  ]
}

/** What the run learned from. */
export function dataset({ summary }: EventOf<'dataset'>): string[] {
  const { name, hash, task, modalities, classes, meanLabels, splits, majorityScore, warnings } = summary
  const rows = classes.map((one) => [one.name, String(one.train), String(one.validation), String(one.test)])
  const total = ['total', String(splits.train), String(splits.validation), String(splits.test)]
  return [
    paragraph(`${name}, content ${hash.slice(0, 12)}`),
    table(
      ['modality', 'type', 'values'],
      modalities.map((modality) => [modality.name, modality.type, modality.description]),
    ),
    table(['class', 'train', 'validation', 'test'], [...rows, total]),
    note(
      task === 'single-label'
        ? `Always answering the most frequent class would score ${majorityScore.toFixed(3)}.`
        : `A sample carries ${meanLabels.toFixed(1)} labels on average. Always answering those that at least ${100 * labelThreshold} % of the training samples carry would score ${majorityScore.toFixed(3)}.`,
    ),
    ...warnings.map((warning) => paragraph(`Warning: ${warning}`)),
  ]
}

/** Every setting, one a row. */
export const settings = (config: RunConfig): string =>
  table(
    ['setting', 'value'],
    flatten(config).map(([path, value]) => [path, value]),
  )

function flatten(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]]
  return Object.entries(value).flatMap(([key, part]) => flatten(part, path ? `${path}.${key}` : key))
}
