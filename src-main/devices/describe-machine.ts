import { statfs } from 'node:fs/promises'
import { availableParallelism, cpus, freemem, loadavg, totalmem } from 'node:os'
import type { Machine } from '#contract/calls/devices.ts'
import { listGraphicsCards } from './graphics-cards.ts'

/** What the machine has and how busy it is now. */
export async function describeMachine(dataDir: string): Promise<Machine> {
  const { bsize, bavail, blocks } = await statfs(dataDir)
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    // Windows keeps no load average and answers 0.
    load: process.platform === 'win32' ? null : loadavg()[0] / availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    diskBytes: bsize * blocks,
    freeDiskBytes: bsize * bavail,
    graphicsCards: await listGraphicsCards(),
  }
}
