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
  /** What an empty field means; `none` when left out. */
  empty?: string
  /** Folded away: few searches set it. */
  further?: true
  /** The strategies that read it; all when left out. */
  strategies?: readonly string[]
}

export interface FieldGroup {
  title: string
  /** The words of the method that the fields below use. */
  about: string
  fields: readonly Field[]
}

/** The fields of every training, named after what is trained. */
export const trained = (what: string, prefix = ''): Field[] => [
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
    further: true,
    label: 'Last learning rate',
    kind: 'number',
    meaning: 'What the rate falls to along a cosine by the last epoch.',
  },
  {
    path: `${prefix}weightDecay`,
    further: true,
    label: 'Weight decay',
    kind: 'number',
    meaning: 'Pulls the weights towards zero; more of it overfits less and learns less.',
  },
]

export const dropout = (path: string): Field => ({
  path,
  label: 'Dropout',
  kind: 'number',
  meaning: 'Share of the values that is set to zero while training; more overfits less and learns less.',
})
