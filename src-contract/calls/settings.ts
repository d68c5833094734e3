import { z } from 'zod'
import { call } from '../call.ts'
import { settingsChange, type Settings } from '../settings.ts'

export const settingsCalls = {
  'settings.get': call(z.tuple([])).returns<Settings>(),
  /** Answers all settings as they are then. */
  'settings.change': call(z.tuple([settingsChange])).returns<Settings>(),
}
