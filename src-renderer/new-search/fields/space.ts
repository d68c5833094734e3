import { operationNames } from '#contract/genotype.ts'
import { dropout, type FieldGroup } from './field.ts'

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
