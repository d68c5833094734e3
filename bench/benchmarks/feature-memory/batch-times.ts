import { z } from 'zod'

export const batchTimes = z.object({
  /** Gathering all features of one minibatch, milliseconds. */
  batchMs: z.number().positive(),
  /** Resident memory of the whole process at its peak. */
  peakMiB: z.number().positive(),
})
export type BatchTimes = z.infer<typeof batchTimes>
