import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'

export interface MeasureOptions {
  config: RunConfig
  device: DeviceName
  /** Lets messages in; throws when measuring is to stop. */
  breathe: () => Promise<void>
}

/** Small, so that random data lets no loss grow. */
export const learningRate = 1e-4
