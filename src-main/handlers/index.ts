import type { Handlers } from '#contract/calls.ts'
import { appHandlers } from './app.ts'
import { deviceHandlers } from './devices.ts'
import { fileHandlers } from './files.ts'
import { presetHandlers } from './presets.ts'
import type { Rooms } from './rooms.ts'
import { runHandlers } from './runs.ts'

/** The answers to all calls, over one open data folder. */
export function createHandlers(rooms: Rooms): Handlers {
  return {
    ...appHandlers(rooms),
    ...runHandlers(rooms),
    ...deviceHandlers(rooms),
    ...fileHandlers(rooms),
    ...presetHandlers(),
  }
}
