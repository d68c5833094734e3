import { estimatorNames, metricNames } from '#contract/config.ts'
import { spendsEvaluations, strategyNames, valuesPlayers } from '#contract/config/strategy.ts'
import type { FieldGroup } from './field.ts'

const valuing = strategyNames.filter(valuesPlayers)
const valued = { strategies: strategyNames.filter(spendsEvaluations) }
const guided = { strategies: valuing }
/** α takes steps along φ, or along the noise that stands for it. */
const stepping = { strategies: [...valuing, 'noise'] }

export const valuationGroup: FieldGroup = {
  title: 'Valuation and its budget',
  about:
    'φ, the Shapley value of a choice: how much validation score it adds on average over all orders (permutations) in which the choices could join. The choices are the players; a set of them is a coalition; measuring the score of one coalition is an evaluation, and evaluations are what a search pays with.',
  fields: [
    {
      path: 'valuation.estimator',
      label: 'Estimator',
      kind: 'choice',
      choices: estimatorNames,
      ...valued,
      meaning:
        'grouped: sparse operations get their own budget; permutation: all get the same; antithetic: also each permutation reversed; truncated: ends a permutation early, cheaper and biased; early-truncation: takes choices away until the score collapses, as Shapley-NAS, biased; kernel: a fit to random coalitions; exact: every coalition, 16 players at most.',
    },
    {
      path: 'valuation.metric',
      further: true,
      label: 'Score of a coalition',
      kind: 'choice',
      choices: metricNames,
      ...valued,
      meaning:
        'What φ shares out. score: the main score, accuracy, or weighted F1 where a sample has several labels; macro-f1: every class counts the same; mean-average-precision: how well probabilities rank, with no threshold; cross-entropy: exp(−cross-entropy), which also moves where no answer changes.',
    },
    {
      path: 'valuation.samplesNormal',
      label: 'Permutations, ordinary',
      kind: 'number',
      ...valued,
      meaning: 'For edges and ordinary operations; four times as many halve the width of a band.',
    },
    {
      path: 'valuation.samplesSparse',
      label: 'Permutations, sparse',
      kind: 'number',
      ...valued,
      meaning: 'For sparse operations, whose contributions scatter more.',
    },
    {
      path: 'valuation.budgetWarmup',
      label: 'Equal budgets for',
      kind: 'number',
      unit: 'epochs',
      ...valued,
      meaning: 'Afterwards permutations move to the choices that are likely to win.',
    },
    {
      path: 'valuation.tolerance',
      further: true,
      label: 'Cut below',
      kind: 'number',
      ...valued,
      meaning:
        'Only truncated: a permutation ends where the rest adds less of the score (0.01 is a point); more is cheaper and leaves more of φ out.',
    },
    {
      path: 'valuation.threshold',
      further: true,
      label: 'Collapsed below',
      kind: 'number',
      ...valued,
      meaning:
        'Only early-truncation: a permutation ends once the score is below this share of the whole supernet’s.',
    },
    {
      path: 'valuation.standardError',
      further: true,
      label: 'Enough at error',
      kind: 'number',
      optional: true,
      ...valued,
      meaning:
        'Ends an epoch’s valuation once no φ has a larger standard error, as a share of the score; φ is then slightly biased.',
    },
    {
      path: 'valuation.evaluations',
      label: 'Evaluations at most',
      kind: 'number',
      optional: true,
      ...valued,
      meaning: 'Of one epoch, whatever the permutations above would take.',
    },
    {
      path: 'valuation.seconds',
      further: true,
      label: 'Time at most',
      kind: 'number',
      unit: 'seconds',
      optional: true,
      ...valued,
      meaning:
        'Of one epoch’s valuation. The result then depends on how fast the machine is: it cannot be repeated.',
    },
    {
      path: 'valuation.trace',
      further: true,
      label: 'Keep convergence',
      kind: 'switch',
      ...valued,
      meaning: 'Writes φ and its errors as evaluations double into the log: some 15 kB an epoch.',
    },
    {
      path: 'valuation.batchSize',
      label: 'Validation samples',
      kind: 'number',
      unit: 'samples',
      ...valued,
      meaning: 'On so many samples every coalition is scored; more tell smaller contributions apart.',
    },
    {
      path: 'valuation.alphaStep',
      label: 'Step of α',
      kind: 'number',
      ...stepping,
      meaning: 'How far α moves along φ each epoch; large steps decide early.',
    },
    {
      path: 'valuation.alphaScale',
      further: true,
      label: 'Step as',
      kind: 'choice',
      choices: ['unit', 'z-score'],
      ...stepping,
      meaning:
        'unit: every step equally long, as both papers say; z-score: φ in standard deviations from its mean, as Shapley-NAS’s public code.',
    },
    {
      path: 'valuation.alphaNorm',
      further: true,
      label: 'Scaled together',
      kind: 'choice',
      choices: ['tensor', 'all'],
      ...stepping,
      meaning:
        'tensor: edges between cells, edges inside and operations each take a step of their own; all: one step, mostly where φ is large.',
    },
    {
      path: 'valuation.alphaFollows',
      further: true,
      label: 'α follows',
      kind: 'choice',
      choices: ['phi', 'phi-minus-sd'],
      ...guided,
      meaning:
        'phi-minus-sd takes off how much the contributions scatter, as Shapley-NAS’s public code: steady choices are favoured.',
    },
    {
      path: 'valuation.momentum',
      further: true,
      label: 'Momentum',
      kind: 'number',
      ...stepping,
      meaning: 'Share of the earlier steps that is kept; smooths φ over epochs.',
    },
    {
      path: 'valuation.alphaWarmup',
      further: true,
      label: 'α rests for',
      kind: 'number',
      unit: 'epochs',
      ...stepping,
      meaning: 'The supernet learns first, so that early noise decides nothing.',
    },
    {
      path: 'valuation.renormalise',
      further: true,
      label: 'Renormalise',
      kind: 'switch',
      ...guided,
      meaning: 'The operations left in a coalition share the weight of the absent ones.',
    },
    {
      path: 'valuation.batchStatistics',
      further: true,
      label: 'Batch norm by',
      kind: 'choice',
      choices: ['calibrated', 'batch'],
      ...guided,
      meaning:
        'calibrated: fixed statistics of training samples; batch, as public code: those of the valued samples, so that a score depends on how many they are. Twice the time or more.',
    },
  ],
}
