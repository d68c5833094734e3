import { z } from 'zod'
import { call } from '../call.ts'
import type { DeviceStatus } from '../device.ts'

/** One NVIDIA card; null is what its driver does not tell. */
export interface GraphicsCard {
  index: number
  name: string
  memoryBytes: number | null
  usedBytes: number | null
  /** Share of the last moment in which it computed, 0–1. */
  load: number | null
  celsius: number | null
}

/** The machine and how busy it is. */
export interface Machine {
  processor: string
  cores: number
  /** Processes that want a core, for each core, over the last minute; null where the system does not tell. */
  load: number | null
  memoryBytes: number
  freeMemoryBytes: number
  /** Of the disk that holds the data folder. */
  diskBytes: number
  freeDiskBytes: number
  graphicsCards: GraphicsCard[]
}

export const deviceCalls = {
  /** Every device with what was found of it; found once, unless `again` is said. */
  'devices.list': call(z.tuple([z.strictObject({ again: z.boolean() })])).returns<DeviceStatus[]>(),
  'devices.machine': call(z.tuple([])).returns<Machine>(),
}
