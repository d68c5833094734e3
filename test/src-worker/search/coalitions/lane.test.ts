import type { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { stream } from '#worker/random.ts'
import { createJob } from '#worker/search/coalitions/job.ts'
import { Lane } from '#worker/search/coalitions/lane.ts'
import type { Subject } from '#worker/search/coalitions/part-evaluator.ts'
import { planMixtures } from '#worker/search/coalitions/plan.ts'
import { playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'
import { initialise, layoutOf } from '#worker/training/layout.ts'

const classes = 3
const features = [
  { id: 'a.0', channels: 3 },
  { id: 'b.0', channels: 5 },
]
const size = { name: 'bm-nas', cells: 1, steps: 1, channels: 4, length: 6 }
const space = createSpace(
  parseRunConfig({ dataset: { kind: 'emoji8' }, space: size }, 'test').space,
  features,
)
const { parameters, statistics } = layoutOf(supernet(space, classes))
const subject: Subject = {
  state: {
    weights: initialise(parameters, stream(5, 'weights')),
    statistics: new Float32Array(statistics.reduce((sum, { channels }) => sum + 2 * channels, 0)).fill(1),
    steps: new Float32Array(0),
  },
  inputs: Object.fromEntries(features.map(({ id, channels }) => [id, new Float32Array(6 * channels)])),
}
const { cells } = planMixtures(space, [Float32Array.from(playersOf(space), () => 0.5)])
const newJob = (rows: number) => createJob(cells, { count: 1, rows, classes })

/** A lane with its thread. */
async function open(rows: number): Promise<{ lane: Lane; thread: Worker }> {
  const started = new Promise<Worker>((resolve) => process.once('worker', resolve))
  const lane = await Lane.open({ config: space.config, features, classes, rows, lane: 1, lanes: 2 })
  return { lane, thread: await started }
}

it('a lane whose thread has died between two jobs says so at the next, and can be given back', async () => {
  const { lane, thread } = await open(1)
  await lane.work(subject, newJob(1))
  await thread.terminate()
  const code = 'engine-failed'
  await expect(lane.work(subject, newJob(1))).rejects.toMatchObject({ code, where: 'a lane' })
  await expect(lane.work(subject, newJob(1))).rejects.toMatchObject({ code })
  await lane.release()
})

it('a lane that gets no memory for what it computes says that memory is what was missing', async () => {
  const rows = 1000
  const { lane } = await open(rows)
  const endless = Array.from({ length: 20 }, () => cells[0][0])
  endless.length = 2 ** 32 - 1
  const answer = lane.work(subject, { ...newJob(rows), cells: [endless] })
  await expect(answer).rejects.toMatchObject({ code: 'out-of-memory', where: 'a lane' })
  await lane.release()
})
