import { z } from 'zod'
import { deviceName } from '../device.ts'

/** What may name a file or folder that a run's directory keeps: a record, an export. */
export const storedName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$/)

/** What every record says that a later computation leaves in a run's directory, whatever it has computed. */
export const recordHead = {
  version: z.literal(1),
  id: z.string(),
  run: z.string(),
  createdAt: z.number(),
  /** The version of Shapwright that computed it. */
  engine: z.string(),
  device: deviceName,
}
