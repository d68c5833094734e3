import { z } from 'zod'
import { call } from '../call.ts'
import type { DeviceStatus } from '../device.ts'

export const deviceCalls = {
  /** Every device with what was found of it; found once, unless `again` is said. */
  'devices.list': call(z.tuple([z.strictObject({ again: z.boolean() })])).returns<DeviceStatus[]>(),
}
