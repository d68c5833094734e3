import { dropout, trained, type Field, type FieldGroup } from './field.ts'

const salt: Field = {
  path: 'dataset.salt',
  label: 'Split salt',
  kind: 'text',
  meaning: 'Any word; another word draws another split into train, validation and test.',
}

export const iconFields: readonly Field[] = [salt]

export const emojiFields: readonly Field[] = [
  salt,
  {
    path: 'dataset.samplesPerClass',
    label: 'Samples per class',
    kind: 'number',
    unit: 'samples',
    optional: true,
    empty: 'all',
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
    path: 'dataset.labelSeparator',
    label: 'Between labels',
    kind: 'text',
    optional: true,
    meaning:
      'What stands between several labels of one sample, such as ; or |. Empty where each has one, or where the column holds lists.',
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
  {
    path: 'dataset.unusableRows',
    label: 'Unusable rows',
    kind: 'choice',
    choices: ['refuse', 'leave out'],
    meaning: 'refuse: a run on a table with such rows does not start; leave out: it goes without them.',
  },
]

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
    {
      path: 'featureMemory',
      label: 'Memory',
      kind: 'number',
      unit: 'MiB',
      optional: true,
      empty: 'a quarter of the machine',
      meaning:
        'What all features may take; those that do not fit are read from the disk, which takes longer and gives the same results.',
    },
  ],
}
