import { operationNames } from '#contract/genotype.ts'

/**
 * How a field is written: `number`, `text`, `list` (whole numbers between commas), `switch`, `choice` (one of
 * `choices`), `set` (any of `choices`).
 */
type FieldKind = 'number' | 'text' | 'list' | 'switch' | 'choice' | 'set'

export interface Field {
  /** Where its value stands in the configuration; of a backbone's field, where it stands in the backbone. */
  path: string
  label: string
  /** One sentence: what it does to the result. */
  meaning: string
  kind: FieldKind
  unit?: string
  choices?: readonly string[]
  /** May be left empty. */
  optional?: true
  /** The strategies that read it; all when left out. */
  strategies?: readonly string[]
}

export interface FieldGroup {
  title: string
  /** The words of the method that the fields below use. */
  about: string
  fields: readonly Field[]
}

const trained = (what: string, prefix = ''): Field[] => [
  {
    path: `${prefix}epochs`,
    label: 'Epochs',
    kind: 'number',
    meaning: `How often ${what} sees every training sample; more take longer and may overfit.`,
  },
  {
    path: `${prefix}batchSize`,
    label: 'Batch size',
    kind: 'number',
    unit: 'samples',
    meaning: 'Samples in one update of the weights; larger batches are steadier and update less often.',
  },
  {
    path: `${prefix}learningRate`,
    label: 'Learning rate',
    kind: 'number',
    meaning: 'Length of the first updates; too large a rate lets the loss grow instead of shrink.',
  },
  {
    path: `${prefix}minLearningRate`,
    label: 'Last learning rate',
    kind: 'number',
    meaning: 'What the rate falls to along a cosine by the last epoch.',
  },
  {
    path: `${prefix}weightDecay`,
    label: 'Weight decay',
    kind: 'number',
    meaning: 'Pulls the weights towards zero; more of it overfits less and learns less.',
  },
]

export const emojiFields: readonly Field[] = [
  {
    path: 'dataset.salt',
    label: 'Split salt',
    kind: 'text',
    meaning: 'Any word; another word draws another split into train, validation and test.',
  },
  {
    path: 'dataset.samplesPerClass',
    label: 'Samples per class',
    kind: 'number',
    unit: 'samples',
    optional: true,
    meaning: 'Keeps only so many of each class, for a quick try; all when empty.',
  },
]

export const tableFields: readonly Field[] = [
  {
    path: 'dataset.path',
    label: 'Table',
    kind: 'text',
    meaning: 'Full path of a CSV or JSON Lines file on the machine that runs Shapwright, one row a sample.',
  },
  {
    path: 'dataset.label',
    label: 'Label column',
    kind: 'text',
    meaning: 'The column with the class that the network learns to predict.',
  },
  {
    path: 'dataset.split',
    label: 'Split column',
    kind: 'text',
    optional: true,
    meaning: 'A column with the words train, validation and test; when empty, 60/20/20 are drawn.',
  },
  {
    path: 'dataset.group',
    label: 'Group column',
    kind: 'text',
    optional: true,
    meaning: 'Rows with equal values here (one patient, one product) stay on one side of the split.',
  },
  {
    path: 'dataset.imageSize',
    label: 'Image side',
    kind: 'number',
    unit: 'pixels',
    meaning: 'Images are resized to squares of this side; larger ones show more and take longer.',
  },
  {
    path: 'dataset.salt',
    label: 'Split salt',
    kind: 'text',
    meaning: 'Any word; another word draws another split where no column gives one.',
  },
]

const dropout = (path: string): Field => ({
  path,
  label: 'Dropout',
  kind: 'number',
  meaning: 'Share of the values that is set to zero while training; more overfits less and learns less.',
})

/** The fields of a backbone by its kind. */
export const backboneFields: Record<'cnn' | 'maxout', readonly Field[]> = {
  cnn: [
    {
      path: 'channels',
      label: 'Channels by stage',
      kind: 'list',
      meaning: 'One 3×3 convolution and halving per number; every stage is a feature that a fusion can read.',
    },
    dropout('dropout'),
    {
      path: 'augment',
      label: 'Augment',
      kind: 'switch',
      meaning: 'Shifts and mirrors the training images, which helps where there are few of them.',
    },
    ...trained('the network'),
  ],
  maxout: [
    {
      path: 'units',
      label: 'Units by layer',
      kind: 'list',
      meaning: 'One layer per number; every layer is a feature that a fusion can read.',
    },
    {
      path: 'pieces',
      label: 'Pieces',
      kind: 'number',
      meaning:
        'A unit is the largest of so many linear functions; more of them bend more and overfit sooner.',
    },
    dropout('dropout'),
    ...trained('the network'),
  ],
}

export const featureGroup: FieldGroup = {
  title: 'Features',
  about: 'Features are the outputs of the backbones at several depths, computed once, before the search.',
  fields: [
    {
      path: 'featureVariants',
      label: 'Variants of a sample',
      kind: 'number',
      meaning:
        'Slightly changed copies of each training sample that a fusion learns from; 0 takes the samples alone, of which their backbones are too sure.',
    },
  ],
}

export const spaceGroups: readonly FieldGroup[] = [
  {
    title: 'Fusion',
    about:
      'The supernet holds every candidate fusion at once: cells that each join two features or earlier cells, and inside a cell inner nodes that each apply one operation to two inputs. The search chooses inputs and operations.',
    fields: [
      {
        path: 'space.name',
        label: 'Operations of',
        kind: 'choice',
        choices: ['sm-shapnas', 'bm-nas'],
        meaning: 'SM-ShapNAS has eight candidate operations, four of them sparse; BM-NAS has its own four.',
      },
      {
        path: 'space.operations',
        label: 'Candidates',
        kind: 'set',
        choices: operationNames,
        optional: true,
        meaning: 'What a node may choose from; fewer candidates make a shorter and surer search.',
      },
      {
        path: 'space.cells',
        label: 'Cells',
        kind: 'number',
        meaning: 'Each joins two inputs; more cells can fuse more features, and cost time.',
      },
      {
        path: 'space.steps',
        label: 'Inner nodes a cell',
        kind: 'number',
        meaning: 'Operations in each cell (“steps” in the papers).',
      },
      {
        path: 'space.channels',
        label: 'Channels',
        kind: 'number',
        meaning: 'Width of every feature inside the fusion; the size of the network grows with its square.',
      },
      {
        path: 'space.length',
        label: 'Positions',
        kind: 'number',
        meaning:
          'Every feature is pooled to so many positions; a square (1, 4, 9, 16) where there are images.',
      },
      dropout('space.dropout'),
    ],
  },
  {
    title: 'Sparse operations',
    about:
      'A sparse operation replaces its linear layers by sparse coding: it writes its input as a sum of few learned patterns, found in a fixed number of iterations.',
    fields: [
      {
        path: 'space.sparse.lambda1',
        label: 'λ₁',
        kind: 'number',
        meaning: 'Price of using a pattern at all; larger values leave fewer patterns.',
      },
      {
        path: 'space.sparse.lambda2',
        label: 'λ₂',
        kind: 'number',
        meaning: 'Price of large coefficients; larger values spread them over more patterns.',
      },
      {
        path: 'space.sparse.iterations',
        label: 'Iterations',
        kind: 'number',
        meaning: 'Steps towards the sparsest sum; more are more exact and take longer.',
      },
      {
        path: 'space.sparse.kernel',
        label: 'Kernel',
        kind: 'choice',
        choices: ['1', '3', '5', '7'],
        unit: 'positions',
        meaning: 'Length of a pattern; 1 looks at every position alone.',
      },
      {
        path: 'space.sparse.nonNegative',
        label: 'Non-negative',
        kind: 'switch',
        meaning: 'Patterns may only be added, never subtracted.',
      },
    ],
  },
  {
    title: 'Build and choice',
    about: 'How operations are built, and how the final architecture is read from the supernet.',
    fields: [
      {
        path: 'space.operationNorm',
        label: 'Norm in operations',
        kind: 'choice',
        choices: ['batch', 'none'],
        meaning: 'Batch norm keeps the scales of the candidates alike while they are trained side by side.',
      },
      {
        path: 'space.derivation',
        label: 'Inputs of a cell',
        kind: 'choice',
        choices: ['free', 'bmnas-v3'],
        meaning: 'free: any pair, none twice; bmnas-v3: features only, and unused features first.',
      },
    ],
  },
]

const valued = { strategies: ['sm-shapnas', 'random'] } as const

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
        choices: ['sm-shapnas', 'darts', 'random'],
        meaning:
          'sm-shapnas: what a choice contributes; darts: gradients; random: the control, at equal cost.',
      },
      ...trained('the supernet', 'search.'),
      {
        path: 'search.alphaLearningRate',
        label: 'Learning rate of α',
        kind: 'number',
        strategies: ['darts'],
        meaning: 'Length of the gradient steps of α.',
      },
      {
        path: 'search.alphaWeightDecay',
        label: 'Weight decay of α',
        kind: 'number',
        strategies: ['darts'],
        meaning: 'Pulls α towards undecided.',
      },
    ],
  },
  {
    title: 'Valuation and its budget',
    about:
      'φ, the Shapley value of a choice: how much validation score it adds on average over all orders (permutations) in which the choices could join. The choices are the players; a set of them is a coalition; measuring the score of one coalition is an evaluation, and evaluations are what a search pays with.',
    fields: [
      {
        path: 'valuation.estimator',
        label: 'Estimator',
        kind: 'choice',
        choices: ['grouped', 'permutation', 'exact'],
        ...valued,
        meaning:
          'grouped: sparse operations get their own budget; permutation: all get the same; exact: every coalition, 16 players at most.',
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
        strategies: ['sm-shapnas'],
        meaning: 'How far α moves along φ each epoch; large steps decide early.',
      },
      {
        path: 'valuation.momentum',
        label: 'Momentum',
        kind: 'number',
        strategies: ['sm-shapnas'],
        meaning: 'Share of the earlier steps that is kept; smooths φ over epochs.',
      },
      {
        path: 'valuation.alphaWarmup',
        label: 'α rests for',
        kind: 'number',
        unit: 'epochs',
        strategies: ['sm-shapnas'],
        meaning: 'The supernet learns first, so that early noise decides nothing.',
      },
      {
        path: 'valuation.renormalise',
        label: 'Renormalise',
        kind: 'switch',
        strategies: ['sm-shapnas'],
        meaning: 'The operations left in a coalition share the weight of the absent ones.',
      },
    ],
  },
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
