import type { Reliability } from '#contract/run/calibration.ts'
import type { EventBody } from '#contract/run/events.ts'
import { stream } from '../../random.ts'
import { cooled, errorByChance, reliabilityOf } from '../../training/calibration.ts'
import { classFigures } from '../../training/class-figures.ts'
import { predictedLabels, type Outcome } from '../../training/outcome.ts'

/** What is told of the exported model's test answers: the answers themselves, and how far their probabilities hold. */
export function tellAnswers(
  outcome: Outcome,
  { names, temperature, seed }: { names: readonly string[]; temperature: number; seed: number },
): EventBody[] {
  const reliability = (answers: Outcome, when: string): Reliability => ({
    ...reliabilityOf(answers),
    errorByChance: errorByChance(answers, stream(seed, 'calibration by chance', when)),
  })
  return [
    { type: 'predictions', ...predictionsOf(outcome, names) },
    {
      type: 'calibration',
      temperature,
      before: reliability(outcome, 'before'),
      after: reliability(cooled(outcome, temperature), 'after'),
    },
  ]
}

function predictionsOf(outcome: Outcome, names: readonly string[]) {
  const { task } = outcome
  const labelSets = outcome.labels.map((own) => [...own])
  const predictedSets = predictedLabels(outcome)
  const told = { task, classes: [...names], perClass: classFigures(outcome) }
  if (task === 'multi-label') return { ...told, labels: [], predicted: [], labelSets, predictedSets }
  return { ...told, labels: labelSets.flat(), predicted: predictedSets.flat() }
}
