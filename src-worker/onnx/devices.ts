import type { DeviceName, DeviceStatus } from '#contract/device.ts'
import { Problem } from '#contract/problem.ts'

/** The device that was taken, and why each better one was not. */
export interface DeviceChoice {
  readonly device: DeviceName
  readonly refused: readonly { device: DeviceName; reason: string }[]
}

/** A device that is so many times slower than the processor is the processor in disguise: a software adapter. */
const softwareSlowdown = 5

/**
 * The device to run on, of those that were found, best first: for 'auto' the first that works and is no software
 * adapter. Where none were looked for, only the processor is there.
 * @throws Problem `device-unavailable` with the reason when the wanted one does not work, or when none does.
 */
export function chooseDevice(wanted: DeviceName | 'auto', found: readonly DeviceStatus[]): DeviceChoice {
  if (found.length === 0 && (wanted === 'auto' || wanted === 'cpu')) return { device: 'cpu', refused: [] }
  const tried = wanted === 'auto' ? refuseSlow(found) : found.filter(({ device }) => device === wanted)
  const position = tried.findIndex(({ available }) => available)
  const refused = tried.slice(0, position < 0 ? undefined : position)
  if (position >= 0) {
    return {
      device: tried[position].device,
      refused: refused.map(({ device, reason }) => ({ device, reason })),
    }
  }
  const reasons = refused
    .map(({ device, reason }) => (device === wanted ? reason : `${device}: ${reason}`))
    .join('; ')
  throw new Problem('device-unavailable', wanted, reasons || 'it was not looked for')
}

/** The devices, those that compute far slower than the processor refused. */
export function refuseSlow(devices: readonly DeviceStatus[]): DeviceStatus[] {
  const processor = devices.find(({ device }) => device === 'cpu')?.productMs ?? Infinity
  return devices.map((status) => {
    const { device, productMs } = status
    if (device === 'cpu' || productMs === null || productMs <= softwareSlowdown * processor) return status
    const reason = `it takes ${productMs.toFixed(1)} ms for what takes the processor ${processor.toFixed(1)} ms`
    return { device, available: false, reason, productMs: null }
  })
}
