import type { Handlers } from '#contract/calls.ts'
import { appHandlers } from './app.ts'
import { backboneHandlers } from './backbones.ts'
import { compareHandlers } from './compare.ts'
import { datasetHandlers } from './datasets.ts'
import { deviceHandlers } from './devices.ts'
import { exportHandlers } from './exports.ts'
import { fileHandlers } from './files.ts'
import { libraryHandlers } from './library.ts'
import { presetHandlers } from './presets.ts'
import { queueHandlers } from './queue.ts'
import type { Rooms } from './rooms.ts'
import { runHandlers } from './runs.ts'
import { searchHandlers } from './searches.ts'
import { settingsHandlers } from './settings.ts'
import { studyHandlers } from './studies.ts'
import { valuationHandlers } from './valuations.ts'
import { whatIfHandlers } from './what-if.ts'

/** The answers to all calls, over one open data folder. */
export function createHandlers(rooms: Rooms): Handlers {
  return {
    ...appHandlers(rooms),
    ...runHandlers(rooms),
    ...libraryHandlers(rooms),
    ...queueHandlers(rooms),
    ...compareHandlers(rooms),
    ...datasetHandlers(rooms),
    ...backboneHandlers(rooms),
    ...deviceHandlers(rooms),
    ...settingsHandlers(rooms),
    ...fileHandlers(rooms),
    ...exportHandlers(rooms),
    ...presetHandlers(),
    ...searchHandlers(rooms),
    ...studyHandlers(rooms),
    ...valuationHandlers(rooms),
    ...whatIfHandlers(rooms),
  }
}
