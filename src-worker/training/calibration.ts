import { reliabilityBins, type Reliability } from '#contract/run/calibration.ts'
import { negativeLogLikelihood } from './metrics/cross-entropy.ts'
import type { Random } from '../random.ts'
import { predictedLabels, probabilitiesOf, type Outcome } from './outcome.ts'

/** A temperature is sought between 1 / this and this: a network that is never wrong would want to be endlessly sure. */
const widest = 20
/** Golden-section steps: they bring the interval of log T to less than 1e-6 of its length. */
const steps = 30
const golden = (Math.sqrt(5) - 1) / 2

/** The outcome that the logits divided by a temperature give. */
export function cooled(outcome: Outcome, temperature: number): Outcome {
  return { ...outcome, logits: outcome.logits.map((logit) => logit / temperature) }
}

/**
 * The temperature T that minimises the negative log-likelihood of σ(logits / T) (Guo et al. 2017, § 4.2): one number for all
 * classes, which changes no order of probabilities. The loss is convex in 1/T, so a golden-section search over log T finds
 * it, between 1/20 and 20; 1 of no samples.
 */
export function fitTemperature(outcome: Outcome): number {
  if (outcome.labels.length === 0) return 1
  const loss = (logT: number) => negativeLogLikelihood(cooled(outcome, Math.exp(logT)))
  let [low, high] = [-Math.log(widest), Math.log(widest)]
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)]
  let [atLeft, atRight] = [loss(left), loss(right)]
  for (let step = 0; step < steps; step++) {
    if (atLeft <= atRight) {
      ;[high, right, atRight] = [right, left, atLeft]
      left = high - golden * (high - low)
      atLeft = loss(left)
    } else {
      ;[low, left, atLeft] = [left, right, atRight]
      right = low + golden * (high - low)
      atRight = loss(right)
    }
  }
  return Math.exp((low + high) / 2)
}

/** How well probabilities are met by frequencies; the contract says what every figure is. All are 0 of no samples. */
export function reliabilityOf(outcome: Outcome): Reliability {
  const answers = answersOf(outcome)
  const bins = fillBins(answers, ({ isRight }) => isRight)
  return {
    bins: bins.map(({ count, confidence, right }) => ({
      count,
      confidence: count > 0 ? confidence / count : null,
      accuracy: count > 0 ? right / count : null,
    })),
    expectedCalibrationError: errorOf(bins),
    brierScore: brierScore(outcome),
    negativeLogLikelihood: negativeLogLikelihood(outcome),
  }
}

const draws = 400

/**
 * The 95th percentile of the expected calibration error over draws in which every answer is right with the probability that
 * its confidence says.
 */
export function errorByChance(outcome: Outcome, random: Random): number {
  const answers = answersOf(outcome)
  const errors = Float64Array.from({ length: draws }, () =>
    errorOf(fillBins(answers, ({ confidence }) => random.next() < confidence)),
  )
  return errors.sort()[Math.ceil(0.95 * draws) - 1]
}

interface Answer {
  confidence: number
  isRight: boolean
}

/** The most probable class of every sample; in a multi-label task every label of every sample. */
function answersOf(outcome: Outcome): Answer[] {
  const { task, labels, classes } = outcome
  const probabilities = probabilitiesOf(outcome)
  if (task === 'multi-label')
    return Array.from(probabilities, (confidence, i) => {
      return { confidence, isRight: labels[Math.floor(i / classes)].includes(i % classes) }
    })
  return predictedLabels(outcome).map(([answer], row) => {
    return { confidence: probabilities[row * classes + answer], isRight: answer === labels[row][0] }
  })
}

interface Bin {
  count: number
  /** Sum of the confidences. */
  confidence: number
  right: number
}

function fillBins(answers: readonly Answer[], isRight: (answer: Answer) => boolean): Bin[] {
  const bins = Array.from({ length: reliabilityBins }, () => ({ count: 0, confidence: 0, right: 0 }))
  for (const answer of answers) {
    const bin = bins[Math.min(reliabilityBins - 1, Math.floor(answer.confidence * reliabilityBins))]
    bin.count += 1
    bin.confidence += answer.confidence
    bin.right += Number(isRight(answer))
  }
  return bins
}

function errorOf(bins: readonly Bin[]): number {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0)
  const gaps = bins.reduce((sum, { right, confidence }) => sum + Math.abs(right - confidence), 0)
  return gaps / Math.max(count, 1)
}

function brierScore(outcome: Outcome): number {
  const { task, labels, classes } = outcome
  const squares = probabilitiesOf(outcome).reduce(
    (sum, probability, i) =>
      sum + (probability - Number(labels[Math.floor(i / classes)].includes(i % classes))) ** 2,
    0,
  )
  return squares / Math.max(1, labels.length * (task === 'multi-label' ? classes : 1))
}
