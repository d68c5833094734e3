import { z } from 'zod'

/** The kinds of raw values that a modality can have. */
export const modalityTypes = ['image', 'text', 'vector'] as const
export type ModalityType = (typeof modalityTypes)[number]

/** Whether every sample has exactly one class, or any number of them, also none. */
export const taskNames = ['single-label', 'multi-label'] as const
export type TaskName = (typeof taskNames)[number]

/** A label of a multi-label task is predicted where its probability is at least this (BM-NAS's public code). */
export const labelThreshold = 0.3

export const modalityName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'a modality is named in lower-case letters, digits, "-" and "_"')

/** The parts of a dataset: weights learn from train, choices are made on validation, scores are read on test. */
export const splitNames = ['train', 'validation', 'test'] as const
export const splitName = z.enum(splitNames)
export type SplitName = z.infer<typeof splitName>

/**
 * What a run names itself: the outputs of an exported model, and the models that it compares with each modality; and what
 * every object of the language has.
 */
export const reservedModalityNames: readonly string[] = [
  'logits',
  'scores',
  'concatenation',
  'derived',
  'constructor',
]

/** emoji8: emoji pictures and their names in eight groups, built from icon packages on first use. */
const emoji8Spec = z.strictObject({
  kind: z.literal('emoji8'),
  /** Decides the split; other salts give other splits for repeated measurement. */
  salt: z.string().min(1).default('emoji8-v1'),
  /** Keep only so many samples a class (for quick tries). */
  samplesPerClass: z.int().min(10).optional(),
})

/** icons18: line icons and their names, each in one to four of eighteen categories, built from an icon package on first use. */
const icons18Spec = z.strictObject({
  kind: z.literal('icons18'),
  /** Decides the split, as that of emoji8 does. */
  salt: z.string().min(1).default('icons18-v1'),
})

/** How a user's own table is read: one row a sample, one column a modality. */
export const tableSettings = z.strictObject({
  modalities: z.record(
    modalityName,
    z.strictObject({ column: z.string().min(1), type: z.enum(modalityTypes) }),
  ),
  label: z.string().min(1),
  /**
   * What stands between the labels of one cell: `;`. The task is multi-label where it is given, and where the column holds
   * lists, which need none.
   */
  labelSeparator: z.string().min(1).max(8).optional(),
  /** A column with the words train, validation and test; without it, 60/20/20 by a hash of the group or the row. */
  split: z.string().min(1).optional(),
  /** A column whose equal values never cross splits. */
  group: z.string().min(1).optional(),
  /** Images are resized to this many pixels a side. */
  imageSize: z.int().min(12).max(224).default(48),
  salt: z.string().min(1).default('table-v1'),
  /** What becomes of rows that cannot be used: the whole table is refused, or it is read without them. */
  unusableRows: z.enum(['refuse', 'leave out']).default('refuse'),
})
export type TableSettings = z.infer<typeof tableSettings>

export const tableSpec = z.strictObject({
  kind: z.literal('table'),
  /** The CSV, JSON Lines or Parquet file; paths inside it are relative to it. */
  path: z.string().min(1),
  ...tableSettings.shape,
})
export type TableSpec = z.infer<typeof tableSpec>

export const datasetSpec = z.discriminatedUnion('kind', [emoji8Spec, icons18Spec, tableSpec])
export type DatasetSpec = z.infer<typeof datasetSpec>

/** Samples a split. */
export const splitCounts = z.object({ train: z.number(), validation: z.number(), test: z.number() })

export const datasetSummary = z.object({
  name: z.string(),
  /** Content hash over all samples, labels and splits. */
  hash: z.string(),
  modalities: z.array(
    z.object({
      name: z.string(),
      type: z.enum(modalityTypes),
      /** For people: `48 × 48 RGB`, `1–9 words`, `12 numbers`. */
      description: z.string(),
    }),
  ),
  /** Events of older versions know one task only. */
  task: z.enum(taskNames).default('single-label'),
  /** Samples that carry each class. */
  classes: z.array(z.object({ name: z.string(), ...splitCounts.shape })),
  /** Labels of a sample on average; 1 unless the task is multi-label. */
  meanLabels: z.number().default(1),
  splits: splitCounts,
  /**
   * Test score of the best that knows the training labels alone: the share that the most frequent class gets right; of a
   * multi-label task the weighted F1 of always answering the labels that at least `labelThreshold` of the samples carry.
   */
  majorityScore: z.number(),
  warnings: z.array(z.string()),
})
export type DatasetSummary = z.infer<typeof datasetSummary>
