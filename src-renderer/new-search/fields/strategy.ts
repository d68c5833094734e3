import { alphaUpdateNames, strategyNames, valuesPlayers } from '#contract/config/strategy.ts'
import { trained, type FieldGroup } from './field.ts'
import { valuationGroup } from './valuation.ts'

const valuing = strategyNames.filter(valuesPlayers)
const guided = { strategies: valuing }
const graded = { strategies: [...valuing, 'darts'] }

export const strategyGroups: readonly FieldGroup[] = [
  {
    title: 'Strategy',
    about:
      'α is the weight of a choice before the softmax within its decision; the largest of each decision becomes the architecture. The strategy says what moves α.',
    fields: [
      {
        path: 'search.strategy',
        label: 'Strategy',
        kind: 'choice',
        choices: strategyNames,
        meaning:
          'sm-shapnas: what a choice contributes; shapley-nas: the same, before the weights of each epoch; darts: gradients; random: a control at equal cost; noise: a control whose steps of α point anywhere.',
      },
      {
        path: 'search.alphaUpdate',
        further: true,
        label: 'What moves α',
        kind: 'choice',
        choices: alphaUpdateNames,
        ...guided,
        meaning:
          'shapley: a step along φ each epoch; gradient: as darts, φ is only told; both: Algorithm 1 of SM-ShapNAS to the letter.',
      },
      {
        path: 'search.deriveBy',
        further: true,
        label: 'Architecture by',
        kind: 'choice',
        choices: ['alpha', 'phi'],
        ...guided,
        meaning: 'alpha: the largest α, which remembers all epochs; phi: the largest φ of the newest epoch.',
      },
      ...trained('the supernet', 'search.'),
      {
        path: 'search.alphaLearningRate',
        further: true,
        label: 'Learning rate of α',
        kind: 'number',
        ...graded,
        meaning: 'Length of the gradient steps of α; not read where φ alone moves it.',
      },
      {
        path: 'search.alphaWeightDecay',
        further: true,
        label: 'Weight decay of α',
        kind: 'number',
        ...graded,
        meaning: 'Pulls α towards undecided; not read where φ alone moves it.',
      },
    ],
  },
  valuationGroup,
  {
    title: 'Final training',
    about:
      'The chosen architecture and what it is compared with are trained from scratch, each as often as the repetitions say.',
    fields: [
      {
        path: 'training.repetitions',
        label: 'Repetitions',
        kind: 'number',
        meaning: 'Trainings with other seeds; with one there is no ± on the test scores.',
      },
      ...trained('each network', 'training.'),
      {
        path: 'training.peerProtocol',
        label: 'Choose on test',
        kind: 'switch',
        meaning:
          'As published tables do: of every network the epoch that is best on the TEST split counts. Its scores are too high for new data, and are marked wherever they are shown.',
      },
    ],
  },
  {
    title: 'This run',
    about: 'Everything random follows from the seed: the same seed and settings give the same run.',
    fields: [
      {
        path: 'name',
        label: 'Name',
        kind: 'text',
        meaning: 'How the list of runs calls it; its id when empty.',
      },
      {
        path: 'seed',
        label: 'Seed',
        kind: 'number',
        meaning: 'Another seed repeats the search with other chance.',
      },
      {
        path: 'device',
        label: 'Device',
        kind: 'choice',
        choices: ['auto', 'cpu', 'webgpu', 'cuda'],
        meaning: 'auto takes the best device that passes a try of the training itself.',
      },
      {
        path: 'threads',
        label: 'Threads',
        kind: 'number',
        meaning: 'Processor threads; more are faster up to the number of cores.',
      },
    ],
  },
]
