import type { HandlersOf } from '#contract/call.ts'
import type { presetCalls } from '#contract/calls/presets.ts'
import { presetNames, readPreset, readStudyPresets } from '../presets/read-presets.ts'

export function presetHandlers(): HandlersOf<typeof presetCalls> {
  return {
    'presets.list': async () => presetNames().map(readPreset),
    'presets.studies': async () => readStudyPresets(),
  }
}
