import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { cachedFile, type CachedFile } from '#worker/dataset/cached-file.ts'
import { type Benchmark, countFrom } from '../benchmark.ts'
import { batchTimes, type BatchTimes } from './feature-memory/batch-times.ts'
import { layOut } from './feature-memory/layout.ts'

const script = fileURLToPath(new URL('./feature-memory/measure-batches.ts', import.meta.url))
const target = 0.2

export const featureMemory: Benchmark = {
  name: 'feature-memory',
  about: 'memory of reading minibatches of features from the disk over that of holding all features',
  usage: '[--samples 8000] [--folder FOLDER]',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        samples: { type: 'string', default: '8000' },
        folder: { type: 'string', default: tmpdir() },
      },
    })
    const rows = countFrom('samples', values.samples)
    const folder = await mkdtemp(join(values.folder, 'feature-memory-'))
    try {
      const { bytes } = layOut(rows)
      const file = await cachedFile(folder, 'features', bytes, async (write) => fill(bytes, write))
      const held = await measure('memory', file, rows)
      const read = await measure('disk', file, rows)
      console.log(JSON.stringify({ samples: rows, featuresMiB: bytes / 2 ** 20, held, read }))
      const ratio = read.peakMiB / held.peakMiB
      return { figure: describe(held, read, ratio), met: ratio <= target }
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

/** Any numbers: what they are changes neither time nor memory. */
function fill(bytes: number, write: (bytes: Uint8Array, position: number) => void): void {
  const block = new Uint8Array(Math.min(bytes, 1 << 22)).map((_, i) => i % 64)
  for (let at = 0; at < bytes; at += block.length) write(block.subarray(0, bytes - at), at)
}

async function measure(mode: string, { path, start }: CachedFile, rows: number): Promise<BatchTimes> {
  const args = [script, mode, path, String(start), String(rows)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return batchTimes.parse(JSON.parse(stdout))
}

function describe(held: BatchTimes, read: BatchTimes, ratio: number): string {
  const [from, to] = [read, held].map(
    ({ peakMiB, batchMs }) => `${peakMiB.toFixed(0)} MiB and ${batchMs.toFixed(1)} ms a minibatch`,
  )
  return `from the disk ${from}, from memory ${to}; ratio of memory ${ratio.toFixed(3)} (target at most ${target})`
}
