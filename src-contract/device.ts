import { z } from 'zod'

/** The execution providers that models can run on, in the order of preference. */
export const deviceNames = ['cuda', 'webgpu', 'cpu'] as const
export const deviceName = z.enum(deviceNames)
export type DeviceName = z.infer<typeof deviceName>

/** Whether a device can run models on this machine, and if not, why not. */
export const deviceStatus = z.object({
  device: deviceName,
  available: z.boolean(),
  /** Empty for an available device. */
  reason: z.string(),
  /** Milliseconds of a product of 512 × 512 matrices; null for a device that is not available. */
  productMs: z.number().nullable(),
})
export type DeviceStatus = z.infer<typeof deviceStatus>

/** What a probe finds: why the device cannot be used (empty where it can), and its speed. */
export type DeviceProbe = Pick<DeviceStatus, 'reason' | 'productMs'>
