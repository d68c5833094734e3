import { formatCount } from '#contract/format.ts'
import type { FieldGroup } from './fields/field.ts'
import { emojiFields, iconFields } from './fields/data.ts'

interface BuiltInData {
  name: string
  /** What it is, for who chooses. */
  about: string
  /** In a sentence: `The demo data emoji8`. */
  called: string
  classes: string
  /** What can be set of it. */
  group: FieldGroup
}

/** Data that need no preparing, by their kind in the configuration. All have pictures and names. */
export const builtInData = {
  emoji8: {
    name: 'The demo data',
    about: `emoji8: ${formatCount(3206)} pictures of emoji and their English names, in eight classes. Nothing to prepare.`,
    called: 'the demo data emoji8',
    classes: 'eight classes',
    group: {
      title: 'Demo data',
      about: 'Images and text; styles and skins of one emoji stay on one side of the split.',
      fields: emojiFields,
    },
  },
  icons18: {
    name: 'Icons with several labels',
    about: `icons18: ${formatCount(1512)} line icons and their names, each in one to four of eighteen categories. Nothing to prepare.`,
    called: 'the icons icons18',
    classes: 'eighteen categories, several a sample',
    group: {
      title: 'Icons',
      about: 'Images and text; variants of one icon stay on one side of the split.',
      fields: iconFields,
    },
  },
} as const satisfies Record<string, BuiltInData>

export type BuiltInKind = keyof typeof builtInData
export const builtInKinds = Object.keys(builtInData) as BuiltInKind[]
export const isBuiltIn = (kind: string): kind is BuiltInKind => kind in builtInData
