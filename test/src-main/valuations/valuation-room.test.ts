import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { WorkerMessage } from '#contract/messages.ts'
import { Problem } from '#contract/problem.ts'
import { ownRequest, type Revaluation } from '#contract/shapley/valuation.ts'
import type { RecordRoomOptions } from '#main/runs/record-room.ts'
import { SpareSlots } from '#main/runs/spare-slots.ts'
import { ValuationRoom } from '#main/valuations/valuation-room.ts'
import { revaluations } from '#worker/run-directory/valuations.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig, writeWholeRun } from '../sample-runs.ts'
import { workerThat, type Doing } from '../worker-that.ts'

const request = { ...ownRequest(sampleConfig()), estimator: 'kernel' as const }

const made = (id: string, createdAt = 1): Revaluation => ({
  version: 1,
  id,
  run: 'run',
  createdAt,
  engine: '0.0.0',
  device: 'cpu',
  request,
  epoch: 1,
  samples: 256,
  seconds: 2,
  result: {
    estimator: 'kernel',
    exact: false,
    contributions: [],
    grand: 0.6,
    empty: 0.1,
    gap: 0,
    evaluations: 500,
    requests: 600,
  },
})

const rooms: ValuationRoom[] = []
afterEach(async () => {
  for (const room of rooms.splice(0)) await room.close()
})

/** A room whose workers do what a test says; one slot is free unless the test says otherwise. */
function openRoom(
  act: (command: Doing, say: (message: WorkerMessage) => void) => void,
  places = { free: 1 },
  devices: RecordRoomOptions['devices'] = { for: async () => [] },
) {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  const pushes: Push[] = []
  const slots = new SpareSlots(() => places.free)
  const room = new ValuationRoom({
    dataDir,
    runsDir,
    spawnWorker: workerThat(act),
    devices,
    slots,
    push: (told) => pushes.push(told),
  })
  rooms.push(room)
  return { room, slots, pushes, id: writeWholeRun(runsDir), runsDir }
}

/** A worker that values at once. */
const valuing = ({ args }: Doing, say: (message: WorkerMessage) => void) => {
  const [{ directory }] = args as [{ directory: string }]
  const result = made('first')
  revaluations.write(directory, result)
  say({ type: 'progress', progress: { done: 0.5, doing: 'valuing coalitions: 250 of at most 500' } })
  say({ type: 'result', result })
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('a re-valuation', () => {
  it('is made by a worker, told of on the way, and listed', async () => {
    const { room, id, pushes } = openRoom((command, say) => {
      expect(command).toMatchObject({ verb: 'revalue', args: [{ request }, []] })
      valuing(command, say)
    })
    expect(room.list(id)).toEqual({ revaluations: [], damaged: [], running: null })
    const result = await room.start(id, request)
    expect(result.id).toBe('first')
    expect(room.list(id)).toEqual({ revaluations: [result], damaged: [], running: null })
    expect(pushes.map((push) => push.topic === 'valuation.changed' && push.running)).toEqual([
      { done: 0, doing: 'waiting for a free slot' },
      { done: 0.5, doing: 'valuing coalitions: 250 of at most 500' },
      null,
    ])
  })

  it('waits while searches have every slot', async () => {
    const places = { free: 0 }
    const { room, slots, id } = openRoom(valuing, places)
    const started = room.start(id, request)
    await turn()
    expect(room.list(id).running).toEqual({ done: 0, doing: 'waiting for a free slot' })
    places.free = 1
    slots.notice()
    expect(await started).toMatchObject({ id: 'first' })
  })

  it('is one at a time, and cancelled without a trace, also while it waits', async () => {
    const { room, id } = openRoom(() => undefined, { free: 0 })
    const waiting = room.start(id, request)
    await turn()
    expect(room.isMaking(id)).toBe(true)
    await expect(room.start(id, request)).rejects.toMatchObject({ code: 'revaluation-running' })
    room.cancel(id)
    await expect(waiting).rejects.toMatchObject({ code: 'revaluation-cancelled' })
    expect(room.list(id)).toEqual({ revaluations: [], damaged: [], running: null })
  })

  it('is cancelled while a worker computes', async () => {
    const { room, id } = openRoom(() => undefined)
    const going = room.start(id, request)
    await turn()
    room.cancel(id)
    await expect(going).rejects.toMatchObject({ code: 'revaluation-cancelled' })
    expect(room.isMaking(id)).toBe(false)
  })

  it('is cancelled while the devices are looked up, keeps its run meanwhile, and no worker begins', async () => {
    const begun: string[] = []
    const lookup = Promise.withResolvers<[]>()
    const { room, id } = openRoom(
      (command) => void begun.push(command.verb),
      { free: 1 },
      { for: () => lookup.promise },
    )
    const going = room.start(id, request)
    expect(room.isMaking(id)).toBe(true)
    expect(room.list(id).running).not.toBeNull()
    room.cancel(id)
    await expect(going).rejects.toMatchObject({ code: 'revaluation-cancelled' })
    lookup.resolve([])
    await turn()
    expect(begun).toEqual([])
    expect(room.isMaking(id)).toBe(false)
  })

  it('that fails says why', async () => {
    const { room, id } = openRoom((_, say) =>
      say({ type: 'problem', problem: new Problem('dataset-changed', 'data', 'other rows').report() }),
    )
    await expect(room.start(id, request)).rejects.toMatchObject({ code: 'dataset-changed' })
    await expect(room.start('20260101-000000-000-aaaaaa', request)).rejects.toMatchObject({
      code: 'run-not-found',
    })
  })

  it('goes when it is removed, and windows hear of it', () => {
    const { room, id, runsDir, pushes } = openRoom(valuing)
    revaluations.write(join(runsDir, id), made('one', 1))
    revaluations.write(join(runsDir, id), made('two', 2))
    expect(room.list(id).revaluations.map((each) => each.id)).toEqual(['two', 'one'])
    room.remove(id, 'one')
    expect(room.list(id).revaluations.map((each) => each.id)).toEqual(['two'])
    expect(pushes).toEqual([{ topic: 'valuation.changed', id, running: null }])
    expect(() => room.remove(id, 'one')).toThrow(/no such re-valuation/)
  })
})
