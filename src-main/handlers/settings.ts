import type { HandlersOf } from '#contract/call.ts'
import type { settingsCalls } from '#contract/calls/settings.ts'
import type { Rooms } from './rooms.ts'

export function settingsHandlers({ settings }: Rooms): HandlersOf<typeof settingsCalls> {
  return {
    'settings.get': async () => settings.value,
    'settings.change': async (change) => settings.change(change),
  }
}
