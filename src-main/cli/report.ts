import { choicesOf, contributionsById, describeGenotype } from '#contract/architecture.ts'
import type { RunConfig } from '#contract/config.ts'
import { labelThreshold, type DatasetSummary } from '#contract/dataset.ts'
import type { EventOf } from '#contract/run/events.ts'
import { formatContribution, formatCount, formatScore } from '#contract/format.ts'
import type { Player } from '#contract/genotype.ts'
import { whyAlphaRested } from '#contract/run/alpha-rested.ts'
import { mayBeNarrow, narrowWords } from '#contract/shapley/band.ts'
import type { Contribution } from '#contract/shapley.ts'
import type { Reliability } from '#contract/run/calibration.ts'
import { latest, otherScores, scoreTable, type RunState } from '#contract/run/state.ts'
import { scoreName, taskOf, testScoreName, valueName } from '#contract/run/score-name.ts'

/** What a run says in plain text. Every function is pure: state in, lines out. */

/** Columns padded to equal width; the first is aligned left, the others right. */
export function alignTable(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  )
}

export function describeDataset({ summary }: Pick<EventOf<'dataset'>, 'summary'>): string[] {
  const { train, validation, test } = summary.splits
  const header = ['class', 'train', 'validation', 'test']
  const rows = summary.classes.map((row) => [row.name, row.train, row.validation, row.test].map(String))
  return [
    `Dataset ${summary.name}: ${formatCount(train + validation + test)} samples, ${summary.classes.length} classes, ` +
      `content ${summary.hash.slice(0, 12)}`,
    ...summary.modalities.map(({ name, type, description }) => `  ${name}: ${type}, ${description}`),
    ...alignTable([header, ...rows, ['total', train, validation, test].map(String)]).map(
      (line) => `  ${line}`,
    ),
    `  ${describeConstant(summary)}: test score ${summary.majorityScore.toFixed(3)} (${scoreName(summary.task)})`,
    ...summary.warnings.map((warning) => `  warning: ${warning}`),
  ]
}

function describeConstant({ task, meanLabels }: DatasetSummary): string {
  if (task === 'single-label') return 'always answering the most frequent class'
  const share = `${100 * labelThreshold} % of the training samples`
  return `${meanLabels.toFixed(1)} labels a sample; always answering those of at least ${share}`
}

export function describeBackbone(event: EventOf<'backbone'>): string {
  const { modality, kind, parameters, validationScore, testScore, features } = event
  return (
    `Backbone ${modality} (${kind}, ${formatCount(parameters)} parameters): validation ${validationScore.toFixed(3)}, ` +
    `test ${testScore.toFixed(3)}; ${features.length} features: ` +
    features.map(({ id, channels }) => `${id} (${channels} channels)`).join(', ')
  )
}

export function describeSearchEpoch(event: EventOf<'search-epoch'>): string {
  const { epoch, epochs, trainLoss, supernetScore, derivedScore, shapley } = event
  const evaluations = shapley ? `, ${formatCount(shapley.evaluations)} coalitions valued` : ''
  return (
    `Search epoch ${epoch + 1}/${epochs}: loss ${trainLoss.toFixed(3)}, supernet ${supernetScore.toFixed(3)}, ` +
    `derived ${derivedScore.toFixed(3)} (validation)${evaluations}`
  )
}

/** The chosen fusion: every choice with its contribution and 95 % band, and what it was chosen over. */
export function describeArchitecture(state: RunState, config: RunConfig): string[] {
  const searched = latest(state, 'searched')
  const space = latest(state, 'space')
  if (!searched || !space) return ['No architecture has been chosen yet.']
  const unmoved = whyAlphaRested(config, state)
  const lines = [
    `The chosen fusion (search epoch ${searched.epoch + 1}, validation score ${searched.derivedScore.toFixed(3)}):`,
    ...describeGenotype(searched.genotype).map((line) => `  ${line}`),
    ...(unmoved === null ? [] : [`  warning: ${unmoved}`]),
  ]
  return [...lines, ...describeContributions(state, searched, space.players)]
}

/** φ with its band, and `?` where that may be too narrow. */
export function contributionCells(contributions: readonly Contribution[]): string[] {
  const plain = contributions.some(mayBeNarrow) ? '  ' : ''
  return contributions.map((found) => formatContribution(found) + (mayBeNarrow(found) ? ' ?' : plain))
}

/** What `?` says, below a table that has one. */
export function describeNarrow(contributions: readonly Contribution[]): string[] {
  const words = narrowWords(contributions)
  return words === null ? [] : [`  ? ${words}.`]
}

/** By the φ of the kept epoch, or of the newest before it that was valued; nothing where none was. */
function describeContributions(
  state: RunState,
  { epoch: kept, genotype }: EventOf<'searched'>,
  players: readonly Player[],
): string[] {
  const valued = state.byType['search-epoch'].findLast(
    ({ epoch, shapley }) => shapley !== null && epoch <= kept,
  )
  if (!valued) return []
  const contributions = contributionsById(valued.shapley!.contributions)
  const chosen = new Set(choicesOf(genotype).map(({ playerId }) => playerId))
  const told = players.flatMap(({ id }) => contributions.get(id) ?? [])
  const cells = contributionCells(told)
  const rows = told.map(({ id, samples }, i) => [
    `${chosen.has(id) ? '*' : ' '} ${id}`,
    cells[i],
    String(samples),
  ])
  const when =
    valued.epoch === kept ? 'that epoch' : `search epoch ${valued.epoch + 1}, the last before it with φ`
  return [
    '',
    `What each choice contributes in ${when} (Shapley value in points of validation ${valueName(state, valued)}, 95 % band; * chosen):`,
    ...alignTable([['  player', 'contribution', 'samples'], ...rows]).map((line) => `  ${line}`),
    ...describeNarrow(told),
  ]
}

/** Test scores: every modality alone, the concatenation, the derived architecture. */
export function describeScores(state: RunState): string[] {
  const rows = scoreTable(state).map((row) => [
    row.model,
    formatScore(row.mean, row.deviation, row.scores.length),
    formatCount(row.parameters),
    formatCount(row.multiplyAdds),
  ])
  if (rows.length === 0) return []
  return [
    `Test score (${testScoreName(state)}), mean ± sd over repetitions with different seeds:`,
    ...alignTable([['model', 'test score', 'parameters', 'multiply-adds'], ...rows]).map(
      (line) => `  ${line}`,
    ),
    ...describeOtherScores(state),
    ...describeCalibration(state),
  ]
}

/** Of the derived architecture, what is known beside its main score. */
function describeOtherScores(state: RunState): string[] {
  const main = scoreName(taskOf(state))
  const derived = otherScores(state).filter(({ model, score }) => model === 'derived' && score !== main)
  if (derived.length === 0) return []
  const told = derived.map(
    ({ score, mean, deviation }) => `${score} ${mean.toFixed(3)} ± ${deviation.toFixed(3)}`,
  )
  return [`  derived: ${told.join(', ')}`]
}

/** `expected error 0.044 (by chance up to 0.057)` */
function describeError({ expectedCalibrationError, errorByChance }: Reliability): string {
  const chance = errorByChance === undefined ? '' : ` (by chance up to ${errorByChance.toFixed(3)})`
  return `expected error ${expectedCalibrationError.toFixed(3)}${chance}`
}

function describeCalibration(state: RunState): string[] {
  const told = latest(state, 'calibration')
  if (!told) return []
  const { temperature, before, after } = told
  return [
    `Calibration of the exported model: ${describeError(before)}; with logits divided by ${temperature.toFixed(2)}, ` +
      `as validation asks for, ${describeError(after)}`,
  ]
}
