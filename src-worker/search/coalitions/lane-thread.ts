import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { nameWantOfMemory, reportOf } from '#contract/problem.ts'
import { createSpace } from '../../space/space.ts'
import { workOff } from './job.ts'
import type { LaneAnswer, LaneOrder, LaneSetup } from './lane-messages.ts'
import { PartEvaluator, type Subject } from './part-evaluator.ts'

// A thread that works off parts of batches, each run of the engine on this thread alone.
const port = parentPort as MessagePort
const setup = workerData as LaneSetup
let evaluator: PartEvaluator | undefined
let subject: Subject | undefined

port.on('message', (order: LaneOrder) => {
  if (order.type === 'subject') subject = order.subject
  else if (order.type === 'job') void answer(() => workOff(evaluator!, subject!, order.job, setup))
  else void end()
})

await answer(async () => {
  const space = createSpace(setup.config, setup.features)
  evaluator = await PartEvaluator.create(space, setup.classes, setup.rows, { threads: 1 })
})

async function answer(act: () => Promise<void>): Promise<void> {
  let told: LaneAnswer = { type: 'done' }
  try {
    await act()
  } catch (error) {
    told = { type: 'failed', problem: reportOf(nameWantOfMemory(error, () => 'a lane')) }
  }
  port.postMessage(told)
}

async function end(): Promise<void> {
  await evaluator?.release()
  port.close()
}
