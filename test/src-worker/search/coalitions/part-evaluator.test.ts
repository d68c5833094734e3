import { expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { stream } from '#worker/random.ts'
import { createJob, workOff } from '#worker/search/coalitions/job.ts'
import { PartEvaluator, type Subject } from '#worker/search/coalitions/part-evaluator.ts'
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

it('features are kept of the parts that a lane takes first, and of none that it takes over from others', async () => {
  const size = { name: 'bm-nas', cells: 1, steps: 1, channels: 4, length: 6 }
  const { space: config } = parseRunConfig({ dataset: { kind: 'emoji8' }, space: size }, 'test')
  const space = createSpace(config, features)
  const { parameters, statistics } = layoutOf(supernet(space, classes))
  const random = stream(5, 'numbers')
  const inputs = Object.fromEntries(
    features.map(({ id, channels }) => [
      id,
      Float32Array.from({ length: 4 * 6 * channels }, () => random.normal()),
    ]),
  )
  const subject: Subject = {
    state: {
      weights: initialise(parameters, random),
      statistics: new Float32Array(statistics.reduce((sum, { channels }) => sum + 2 * channels, 0)).fill(1),
      steps: new Float32Array(0),
    },
    inputs,
  }
  const { cells } = planMixtures(space, [Float32Array.from(playersOf(space), () => 0.5)])
  const evaluator = await PartEvaluator.create(space, classes, 1, { threads: 1 })
  const logitsBySample = async () => {
    const job = createJob(cells, { count: 4, rows: 1, classes })
    await workOff(evaluator, subject, job, { lane: 0, lanes: 2 })
    return [0, 1, 2, 3].map((row) => job.logits.slice(row * classes, (row + 1) * classes))
  }
  const before = await logitsBySample()
  // what nobody may do tells what was kept
  for (const numbers of Object.values(inputs)) numbers.reverse()
  const after = await logitsBySample()
  await evaluator.release()
  const same = before.map((logits, row) => logits.every((logit, i) => logit === after[row][i]))
  expect(same).toEqual([true, false, true, false])
})
