import { formatDifference } from '../format.ts'
import { derivedScores, type ComparedRun } from './compared-run.ts'
import { describePairs, differenceBetween, type RunDifference } from './difference.ts'
import { testScoreNames } from './score-groups.ts'
import { setupsOf, type Setup } from './setups.ts'

/** Which is better, and how sure that is, in a sentence. */
export interface Verdict {
  tone: 'sure' | 'open' | 'none'
  sentence: string
  /** What the sentence rests on, and what would make it surer. */
  details: string
}

/** The best of the setups against the second best, by mean test score of their derived architectures. */
export function verdictOn(runs: readonly ComparedRun[]): Verdict {
  const setups = setupsOf(runs)
  const ranked = setups
    .flatMap((setup) => {
      const mean = meanOf(setup)
      return mean === null ? [] : [{ setup, mean }]
    })
    .toSorted((a, b) => b.mean - a.mean)
    .map(({ setup }) => setup)
  if (setups.length < 2) {
    return none('These runs differ in their seeds only: none is better but by chance.', consensusHint)
  }
  if (ranked.length === 0) return none('No run has a test score yet.', 'Test scores come after the search.')
  const [best, second, ...others] = ranked
  const kinds = testScoreNames(ranked.flatMap((setup) => setup.runs))
  if (kinds.length > 1) {
    return none(
      `These scores are of different kinds and do not compare: ${kinds.join('; ')}.`,
      'Compare runs of one kind, by number of labels a sample and by what chose the epoch.',
    )
  }
  if (!second) {
    return none(
      `So far only ${best.label} has a test score.`,
      'The others are compared when theirs have come.',
    )
  }
  if (dataOf([best, second]).size > 1) {
    return none(
      `${sentenceStart(best)} and ${second.label} score highest, but on different data: neither is shown to be better.`,
      'Run both on the same dataset and split.',
    )
  }
  const difference = differenceBetween(best.runs, second.runs)!
  return judge(best, second, difference, others)
}

const none = (sentence: string, details: string): Verdict => ({ tone: 'none', sentence, details })
const consensusHint = 'What they agree on is below: the consensus of their architectures.'

function meanOf({ runs }: Setup): number | null {
  const means = runs.flatMap((run) => {
    const scores = derivedScores(run)
    return scores ? [average(scores)] : []
  })
  return means.length > 0 ? average(means) : null
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** A run's letter begins its label in capitals already; its name is written as it is. */
const sentenceStart = ({ label }: Setup) => label.replace(/^the setup/, 'The setup')

const dataOf = (setups: readonly Setup[]) =>
  new Set(setups.flatMap(({ runs }) => runs.map(({ digest }) => digest.dataset?.hash)))

function judge(best: Setup, second: Setup, difference: RunDifference, others: readonly Setup[]): Verdict {
  const { mean, band } = difference
  const name = sentenceStart(best)
  const figures = [describePairs(difference), formatDifference(mean, band)].filter((part) => part !== '')
  const tail = figures.join(', ')
  const details = [beyond(best, others), grounds(difference), advice(best, second, difference)]
    .filter((part) => part !== '')
    .join(' ')
  if (band === null) {
    const sentence = `${name} scores higher than ${second.label} (${tail}), but a single value each cannot tell merit from chance.`
    return { tone: 'open', sentence, details }
  }
  if (band.low > 0) {
    return { tone: 'sure', sentence: `${name} is better than ${second.label}: ${tail}.`, details }
  }
  const claim = mean > 0 ? 'scores highest' : `and ${second.label} score alike`
  const doubt = mean > 0 ? `, but ${second.label} may be as good` : ''
  const sentence = `${name} ${claim} (${tail})${doubt}.`
  return { tone: 'open', sentence, details }
}

/** How many of those behind the second are left behind beyond chance; the best of many is lucky, too. */
function beyond(best: Setup, others: readonly Setup[]): string {
  if (others.length === 0) return ''
  const beaten = others.filter(({ runs }) => (differenceBetween(best.runs, runs)?.band?.low ?? 0) > 0).length
  const all = others.length === 1 ? 'the third' : `all ${others.length} others`
  const some = others.length === 1 ? 'the third' : `any of the ${others.length} others`
  const claim =
    beaten === others.length
      ? `surely better than ${all}`
      : beaten === 0
        ? `not surely better than ${some}`
        : `surely better than ${beaten} of the ${others.length} others`
  return `It is ${claim}; as the best of ${others.length + 2} its lead is a little flattered.`
}

const grounds = ({ method, because, band }: RunDifference) =>
  `${method === 'paired' ? 'Paired' : 'Not paired (Welch)'}, ${because}${band ? '; the band holds 95 %' : ''}.`

function advice(best: Setup, second: Setup, { method, pairs }: RunDifference): string {
  if (best.runs.length > 1 && second.runs.length > 1) return ''
  return method === 'paired' && pairs?.of === 'repetitions'
    ? 'The band covers the luck of training, not that of the search: more seeds would.'
    : 'Equal seeds on both sides would allow a paired test.'
}
