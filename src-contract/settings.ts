import { z } from 'zod'

/** What a person decides once for a data folder; `settings.json` in it. */
export const settings = z.object({
  /** Runs that are worked on at a time. */
  slots: z.int().min(1).max(16).default(1),
  /** Whether the system tells when a run has ended, where nobody looks at the window. */
  announceEnds: z.boolean().default(true),
})
export type Settings = z.infer<typeof settings>

export const defaultSettings: Settings = settings.parse({})

/** Some of the settings anew; the others stay. */
export const settingsChange = z
  .strictObject({ slots: settings.shape.slots.unwrap(), announceEnds: settings.shape.announceEnds.unwrap() })
  .partial()
export type SettingsChange = z.infer<typeof settingsChange>
