import { loadTable, tableOnDisk } from '#worker/backbone/feature-table.ts'
import { stream } from '#worker/random.ts'
import type { BatchTimes } from './batch-times.ts'
import { layOut } from './layout.ts'

/** `node measure-batches.ts memory|disk PATH START ROWS`: gathers minibatches from features that are kept there. */
const [mode, path, start, count] = process.argv.slice(2)

const batchSize = 32
const batches = 200

const open = mode === 'memory' ? loadTable : tableOnDisk
const rows = Number(count)
const { tables } = layOut(rows)
const features = tables.map(({ position, size }) =>
  open({ path, start: Number(start) }, position, rows, size),
)
const random = stream(1, 'minibatches')
const begun = performance.now()
for (let batch = 0; batch < batches; batch++) {
  const positions = Array.from({ length: batchSize }, () => random.integer(rows))
  for (const feature of features) feature.gather(positions)
}
const times: BatchTimes = {
  batchMs: (performance.now() - begun) / batches,
  peakMiB: process.resourceUsage().maxRSS / 1024,
}
console.log(JSON.stringify(times))
