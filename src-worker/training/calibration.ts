import { reliabilityBins, type Reliability } from '#contract/calibration.ts'
import { negativeLogLikelihood } from './metrics/cross-entropy.ts'
import { probabilitiesOf, type Outcome } from './outcome.ts'

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
  const probabilities = probabilitiesOf(outcome)
  const bins = Array.from({ length: reliabilityBins }, () => ({ count: 0, confidence: 0, right: 0 }))
  const count = (confidence: number, isRight: boolean) => {
    const bin = bins[Math.min(reliabilityBins - 1, Math.floor(confidence * reliabilityBins))]
    bin.count += 1
    bin.confidence += confidence
    bin.right += Number(isRight)
  }
  let squares = 0
  outcome.labels.forEach((own, row) => {
    const ofSample = probabilities.subarray(row * outcome.classes, (row + 1) * outcome.classes)
    ofSample.forEach((probability, label) => {
      squares += (probability - Number(own.includes(label))) ** 2
      if (outcome.task === 'multi-label') count(probability, own.includes(label))
    })
    if (outcome.task === 'multi-label') return
    const answer = ofSample.indexOf(Math.max(...ofSample))
    count(ofSample[answer], answer === own[0])
  })
  const answers = Math.max(1, outcome.labels.length * (outcome.task === 'multi-label' ? outcome.classes : 1))
  return {
    bins: bins.map(({ count, confidence, right }) => ({
      count,
      confidence: count > 0 ? confidence / count : null,
      accuracy: count > 0 ? right / count : null,
    })),
    expectedCalibrationError:
      bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence), 0) / answers,
    brierScore: squares / answers,
    negativeLogLikelihood: negativeLogLikelihood(outcome),
  }
}
