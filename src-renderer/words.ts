import type { OperationName } from '#contract/genotype.ts'
import type { PhaseName } from '#contract/run/events.ts'

export interface OperationWords {
  /** Short name for graphs and tables. */
  name: string
  formula: string
  /** One sentence: what it does to the two inputs. */
  meaning: string
}

/**
 * The candidate operations in words; formulas after SM-ShapNAS, Eqs. 13–21. x, y are the node's inputs `[L, C]`, cat
 * their concatenation, N batch norm, D dropout, σ the logistic function, CSC a convolutional sparse coding layer.
 */
export const operationWords: Record<OperationName, OperationWords> = {
  sum: { name: 'sum', formula: 'x + y', meaning: 'Adds the two inputs; no weights.' },
  glu: {
    name: 'GLU',
    formula: 'D(N(xW₁ + b₁) ⊙ σ(N(yW₂ + b₂)))',
    meaning: 'The second input gates the first, channel by channel.',
  },
  concat: {
    name: 'concat',
    formula: 'D(ReLU(N(cat·W + b)))',
    meaning: 'Joins both inputs and mixes them by one linear layer.',
  },
  se_layer: {
    name: 'SE layer',
    formula: 'D(N(cat·W) ⊙ σ(ReLU(mean(cat)W₁ + b₁)W₂ + b₂) + b)',
    meaning: 'Weighs channels by a gate computed from the average over positions.',
  },
  sparse_attention: {
    name: 'sparse attention',
    formula: 'norm(D(softmax(QKᵀ/√C)·V)), Q = CSC(x), K, V = CSC(y)',
    meaning: 'Positions of the first input attend to the second, on sparse codes.',
  },
  sparse_glu: {
    name: 'sparse GLU',
    formula: 'D(N(CSC(x) + b₁) ⊙ σ(N(CSC(y) + b₂)))',
    meaning: 'As GLU, with sparse coding in place of the linear layers.',
  },
  sparse_concat: {
    name: 'sparse concat',
    formula: 'D(ReLU(N(CSC(cat) + b)))',
    meaning: 'As concat, with sparse coding in place of the linear layer.',
  },
  sparse_se_layer: {
    name: 'sparse SE layer',
    formula: 'D(N(CSC(cat)) ⊙ σ(CSC(ReLU(CSC(mean(cat)) + b₁)) + b₂) + b)',
    meaning: 'As the SE layer, with sparse coding in place of the linear layers.',
  },
  scale_dot_attention: {
    name: 'attention',
    formula: 'norm(D(softmax(xyᵀ/√C)·y))',
    meaning: 'Positions of the first input attend to the second; no weights.',
  },
  linear_glu: {
    name: 'linear GLU',
    formula: 'D(v ⊙ σ(g)), [v; g] = N(cat·W + b)',
    meaning: 'One linear layer over both inputs; half of its channels gate the other half.',
  },
  concat_fc: {
    name: 'concat FC',
    formula: 'D(ReLU(N(cat·W + b)))',
    meaning: 'Joins both inputs and mixes them by one linear layer.',
  },
}

export const operationName = (operation: string): string =>
  operation in operationWords ? operationWords[operation as OperationName].name : operation

export const phaseWords: Record<PhaseName, { name: string; meaning: string }> = {
  dataset: { name: 'Dataset', meaning: 'Reads and checks the samples.' },
  backbones: { name: 'Backbones', meaning: 'Trains one network per modality.' },
  features: { name: 'Features', meaning: 'Computes the tapped features of every sample once.' },
  search: { name: 'Search', meaning: 'Trains the supernet, values its choices, moves α along φ.' },
  training: { name: 'Training', meaning: 'Trains the derived architecture and the baselines from scratch.' },
  export: { name: 'Export', meaning: 'Writes and checks the model file.' },
}

/** The method's words, each explained once, where it is first met. */
export const methodWords = {
  phi: 'φ, the Shapley value: how much validation score a choice adds on average, over all orders in which the choices could join the supernet. 3.1 points = 0.031.',
  band: 'The 95 % band: φ ± t · standard error over the sampled orders, longer where contributions are rare and large. A band across zero means that helping or harming is not decided.',
  alpha:
    'α, the architecture parameter: moved along φ after every epoch; the derived architecture takes the largest of each decision.',
  mixture: 'The weight of this choice in the supernet: softmax of α within its decision.',
  supernet:
    'The supernet holds all candidates at once and shares their weights; the search values them in it.',
  derived: 'The derived architecture keeps the chosen inputs and operations only.',
  evaluations: 'Distinct coalitions (sets of choices present) whose score was measured.',
} as const

/** The source of an edge as people read it, counted as in the ids: `cell0` → `cell 0`; features, x and y stay. */
export const sourceName = (source: string): string => source.replace(/^(cell|node)(\d+)$/, '$1 $2')

export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
