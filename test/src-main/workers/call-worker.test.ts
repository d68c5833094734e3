import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { workerMessageFrom } from '#contract/messages.ts'
import { callWorker } from '#main/workers/call-worker.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'

const babbling = forkWorkers(fileURLToPath(new URL('./babbling-worker.ts', import.meta.url)))

it('takes what a worker says and nobody can understand for a problem', async () => {
  const told: unknown[] = []
  const onProgress = (progress: unknown) => told.push(progress)
  const call = callWorker({ spawnWorker: babbling, dataDir: '/', onProgress }, 'probe', 'cpu')
  await expect(call).rejects.toMatchObject({
    code: 'internal',
    detail: expect.stringContaining('problem.code'),
  })
  expect(told).toEqual([])
})

it('understands all that a worker says', () => {
  const event = { seq: 0, at: 1, type: 'resumed', afterSeq: -1 }
  for (const said of [
    { type: 'event', event },
    { type: 'progress', progress: { done: 0.5, doing: 'reading' } },
    { type: 'result', result: { rows: 3 } },
    { type: 'ended' },
  ])
    expect(workerMessageFrom(said)).toEqual(said)
  // what is undefined does not travel
  expect(workerMessageFrom({ type: 'result' })).toMatchObject({ type: 'result' })
})

it('says how a worker ended that gave no answer', async () => {
  const dying = forkWorkers(fileURLToPath(new URL('./dying-worker.ts', import.meta.url)))
  const call = callWorker({ spawnWorker: dying, dataDir: '/' }, 'probe', 'cpu')
  await expect(call).rejects.toMatchObject({
    code: 'worker-died',
    where: 'probe',
    detail: expect.stringContaining('SIGKILL; if nobody did that, memory was short'),
  })
})
