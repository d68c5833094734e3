import { z } from 'zod'

const name = z.string().max(120)
const tag = z.string().trim().min(1).max(60)
const tags = z.array(tag).max(100)
const notes = z.string().max(50_000)

/** annotations.json of a run directory: what a person adds to a run. `schemaVersion` moves with a migration. */
export const runAnnotations = z.object({
  schemaVersion: z.literal(1),
  /** Shown instead of the configuration's name; null where that one stands. */
  name: name.nullable(),
  /** In order, each once. */
  tags,
  notes,
})
export type RunAnnotations = z.infer<typeof runAnnotations>

/** A run without annotations.json. */
export const noAnnotations: RunAnnotations = { schemaVersion: 1, name: null, tags: [], notes: '' }
