import { z } from 'zod'
import { call } from '../call.ts'
import type { Preset, StudyPreset } from '../config/preset.ts'

export const presetCalls = {
  /** Settings after publications, each with what it does otherwise. */
  'presets.list': call(z.tuple([])).returns<Preset[]>(),
  /** Grids that can be laid over any configuration. */
  'presets.studies': call(z.tuple([])).returns<StudyPreset[]>(),
}
