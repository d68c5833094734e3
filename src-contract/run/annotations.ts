import { z } from 'zod'

const name = z.string().trim().max(120)
const tag = z.string().trim().min(1).max(60)
const notes = z.string().max(50_000)

/** annotations.json of a run directory: what a person adds to a run. `schemaVersion` moves with a migration. */
export const runAnnotations = z.object({
  schemaVersion: z.literal(1),
  /** Shown instead of the configuration's name; null where that one stands. */
  name: name.nullable(),
  /** In the order of the alphabet, each once. */
  tags: z.array(tag),
  notes,
})
export type RunAnnotations = z.infer<typeof runAnnotations>

/** What to change of a run's annotations; what is left out stays. */
export const annotationChange = z.strictObject({
  /** An empty name gives the run its configuration's back. */
  name: name.optional(),
  notes: notes.optional(),
  addTags: z.array(tag).max(100).optional(),
  removeTags: z.array(tag).max(100).optional(),
})
export type AnnotationChange = z.infer<typeof annotationChange>

/** The annotations after a change; a tag that is both added and removed is removed. */
export function changeAnnotations(annotations: RunAnnotations, change: AnnotationChange): RunAnnotations {
  const { addTags = [], removeTags = [] } = change
  const tags = new Set([...annotations.tags, ...addTags])
  for (const tag of removeTags) tags.delete(tag)
  return {
    ...annotations,
    name: change.name === undefined ? annotations.name : change.name || null,
    tags: [...tags].sort(),
    notes: change.notes ?? annotations.notes,
  }
}

/** A run without annotations.json. */
export const noAnnotations: RunAnnotations = { schemaVersion: 1, name: null, tags: [], notes: '' }
