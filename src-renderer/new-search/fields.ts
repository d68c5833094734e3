/** The table of all fields: what each is called, how it is written, and what it does to the result. */
export { backboneFields, emojiFields, featureGroup, iconFields, tableFields } from './fields/data.ts'
export { spaceGroups } from './fields/space.ts'
export { strategyGroups } from './fields/strategy.ts'
export type { Field, FieldGroup } from './fields/field.ts'
